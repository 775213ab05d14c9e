import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wireTypes } from '../contracts/data-types.ts';
import { swaggerDocument } from './swagger-document.ts';
import type { ServiceDescription } from './swagger-parts.ts';

const service: ServiceDescription = {
  name: 'orders',
  version: 'v1.0',
  description: null,
  operationId: null,
  inputs: wireTypes.map((type, index) => ({ name: `in${index}`, type })),
  outputs: [{ name: 'total', type: 'numeric' }],
  outputFileNames: [],
};

// Walking a JSON tree whose shape is what is being tested.
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], value);
const keys = (value: unknown): string[] => Object.keys(value as object);

const operationsOf = (document: object): Record<string, unknown>[] =>
  Object.values(at(document, 'paths') as Record<string, object>).flatMap((path) => Object.values(path));

test('the keys stand in the captured order and there is no host', () => {
  assert.deepEqual(keys(swaggerDocument(service)), [
    'swagger',
    'info',
    'schemes',
    'securityDefinitions',
    'tags',
    'consumes',
    'produces',
    'paths',
    'definitions',
  ]);
});

test('title, version and tag come from the service; a missing description is empty text', () => {
  const document = swaggerDocument(service);
  assert.deepEqual(at(document, 'info'), { title: 'orders', version: 'v1.0', description: '' });
  assert.deepEqual(at(document, 'tags'), [{ name: 'orders', description: '' }]);
});

test('each type has its Swagger type, and the wire type as description', () => {
  const properties = at(swaggerDocument(service), 'definitions', 'InputParameters', 'properties');
  assert.deepEqual(properties, {
    in0: { type: 'boolean', description: 'logical' },
    in1: { type: 'number', description: 'numeric' },
    in2: { type: 'integer', description: 'integer' },
    in3: { type: 'string', description: 'character' },
    in4: { type: 'object', description: 'vector' },
    in5: { type: 'object', description: 'matrix' },
    in6: { type: 'object', description: 'data.frame' },
  });
  assert.deepEqual(at(swaggerDocument({ ...service, inputs: [] }), 'definitions', 'InputParameters'), {
    type: 'object',
    properties: {},
  });
});

const consumeId = (operationId: string | null): unknown =>
  at(swaggerDocument({ ...service, operationId }), 'paths', '/api/orders/v1.0', 'post', 'operationId');

test('the consume operation is called by the alias, unless it is taken', () => {
  assert.equal(consumeId(null), 'ConsumeWebService');
  assert.equal(consumeId(''), 'ConsumeWebService');
  assert.equal(consumeId('orderTotal'), 'orderTotal');
  assert.equal(consumeId('login'), 'ConsumeWebService');
  assert.equal(consumeId('startBatchExecution'), 'ConsumeWebService');
});

test('operation ids are unique, every $ref resolves, everything but the login needs the Bearer', () => {
  const document = swaggerDocument({ ...service, operationId: 'GetBatchExecutions' });
  const operations = operationsOf(document);
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(operations.length, 10);
  assert.equal(new Set(ids).size, 10);
  for (const { security, tags } of operations)
    assert.deepEqual(security, String(tags) === 'User' ? undefined : [{ Bearer: [] }]);
  const definitions = keys(at(document, 'definitions'));
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/definitions\/(\w+)"/g);
  for (const [, name] of references) assert.ok(definitions.includes(name ?? ''), name);
  assert.deepEqual(definitions, [
    'InputParameters',
    'OutputParameters',
    'Error',
    'WebServiceResult',
    'StartBatchExecutionResponse',
    'BatchWebServiceResult',
    'LoginRequest',
    'RenewTokenRequest',
    'AccessTokenResponse',
  ]);
});

test('400 and 500 of running a service have no schema', () => {
  const paths = at(swaggerDocument(service), 'paths');
  for (const path of ['/api/orders/v1.0', '/api/orders/v1.0/batch'])
    for (const status of ['400', '500'])
      assert.deepEqual(keys(at(paths, path, 'post', 'responses', status)), ['description']);
});

test('output files are declared only when the service has some', () => {
  const result = (outputFileNames: string[]) =>
    keys(
      at(swaggerDocument({ ...service, outputFileNames }), 'definitions', 'WebServiceResult', 'properties'),
    );
  assert.ok(!result([]).includes('outputFiles'));
  assert.ok(result(['plot.png']).includes('outputFiles'));
});

test('what a URL cannot hold is encoded in the paths, what it can is not', () => {
  const document = swaggerDocument({ ...service, name: 'größe {x}', version: 'v1.0.0-alpha+1' });
  assert.ok(keys(at(document, 'paths')).includes('/api/gr%C3%B6%C3%9Fe%20%7Bx%7D/v1.0.0-alpha+1'));
});
