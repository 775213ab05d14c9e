import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertStatus, type HttpClient } from '../support/http-client.ts';
import {
  anonymous,
  type Definition,
  inBoth,
  type Published,
  publish,
  runtimes,
  signedIn,
} from '../support/platform.ts';

interface Operation {
  operationId: string;
  tags: string[];
  security?: object[];
}
interface Document {
  swagger: string;
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, { properties: Record<string, object> }>;
}

async function documentOf(client: HttpClient, service: Published): Promise<Document> {
  return assertStatus(await client.get(`${service.api}/swagger.json`), 200).json<Document>();
}

async function published(definition: Definition): Promise<[Published, Document]> {
  const client = await signedIn();
  const service = await publish(client, definition);
  return [service, await documentOf(client, service)];
}

for (const runtime of runtimes) {
  const code = inBoth({ R: 'x <- 1', Python: 'x = 1' }, runtime);
  const definition = { code, runtimeType: runtime };

  test(`rest-60: the operation of a ${runtime} service is called ConsumeWebService, or by its alias`, async () => {
    const [plain, document] = await published(definition);
    assert.equal(document.paths[plain.api]?.post?.operationId, 'ConsumeWebService');
    const [named, other] = await published({ ...definition, operationId: 'manualTransmission' });
    assert.equal(other.paths[named.api]?.post?.operationId, 'manualTransmission');
    const [taken, fallback] = await published({ ...definition, operationId: 'login' });
    assert.equal(fallback.paths[taken.api]?.post?.operationId, 'ConsumeWebService');
  });

  test(`rest-62: outputFiles stand in the document of a ${runtime} service that has some, and only there`, async () => {
    const [, without] = await published(definition);
    assert.ok(!('outputFiles' in (without.definitions.WebServiceResult?.properties ?? {})));
    const [, withFiles] = await published({ ...definition, outputFileNames: ['plot.png'] });
    assert.deepEqual(withFiles.definitions.WebServiceResult?.properties.outputFiles, {
      type: 'object',
      description: 'Files the run made, by name, in base64.',
      additionalProperties: { type: 'string', format: 'byte' },
    });
  });

  test(`rest-63: all seven types of a ${runtime} service have their Swagger type and the wire type as description`, async () => {
    const types = {
      logical: 'boolean',
      numeric: 'number',
      integer: 'integer',
      character: 'string',
      vector: 'object',
      matrix: 'object',
      'data.frame': 'object',
    };
    const parameters = Object.fromEntries(Object.keys(types).map((type, index) => [`p${index}`, type]));
    const [, { definitions }] = await published({ ...definition, inputs: parameters, outputs: parameters });
    const expected = Object.entries(types).map(([type, swagger]) => ({ type: swagger, description: type }));
    for (const name of ['InputParameters', 'OutputParameters'])
      assert.deepEqual(Object.values(definitions[name]?.properties ?? {}), expected);
  });
}

test('rest-64: references resolve, ids are unique, all but the login needs the Bearer, and so does the document', async () => {
  const [service, document] = await published({ code: 'x <- 1', outputs: { x: 'numeric' } });
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  assert.equal(operations.length, 10);
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, 10);
  for (const { tags, security } of operations)
    assert.deepEqual(security, tags[0] === 'User' ? undefined : [{ Bearer: [] }]);
  for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g))
    assert.ok(name !== undefined && name in document.definitions, name);
  assertError(await (await anonymous()).get(`${service.api}/swagger.json`), 401);
});

test('rest-64: the document is indented by two spaces, its keys in the captured order', async () => {
  const client = await signedIn();
  const service = await publish(client, { code: 'x <- 1' });
  const { text, headers } = await client.get(`${service.api}/swagger.json`);
  assert.equal(text, JSON.stringify(JSON.parse(text), null, 2));
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  const keys = 'swagger,info,schemes,securityDefinitions,tags,consumes,produces,paths,definitions';
  assert.equal(Object.keys(JSON.parse(text)).join(), keys);
});

test('the document of the platform is there for everybody and has its 43 operations', async () => {
  const document = assertStatus(await (await anonymous()).get('/swagger.json'), 200).json<Document>();
  const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
  assert.equal(operations.length, 43);
});
