import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { ServiceDefinition } from '../contracts/service-definition.ts';
import { serviceKey } from './service-key.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const definition: ServiceDefinition = {
  name: 'n',
  version: 'v',
  runtime: 'R',
  code: 'y <- x',
  initCode: null,
  inputs: [{ name: 'x', type: 'numeric' }],
  outputs: [{ name: 'y', type: 'numeric' }],
  outputFileNames: [],
  snapshot: null,
};

test('The order of properties does not change the key', () => {
  const reversed = Object.fromEntries(Object.entries(definition).reverse()) as unknown as ServiceDefinition;
  const inputs = [{ type: 'numeric' as const, name: 'x' }];
  assert.equal(serviceKey({ ...reversed, inputs }, sha256), serviceKey(definition, sha256));
  assert.match(serviceKey(definition, sha256), /^[0-9a-f]{64}$/);
});

test('Everything execution depends on changes it', () => {
  const changes: Partial<ServiceDefinition>[] = [
    { name: 'm' },
    { version: 'w' },
    { runtime: 'Python' },
    { code: 'y <- 2 * x' },
    { initCode: '1' },
    { inputs: [] },
    { outputs: [{ name: 'y', type: 'integer' }] },
    { outputFileNames: ['a'] },
    { snapshot: 'ab' },
  ];
  const keys = changes.map((change) => serviceKey({ ...definition, ...change }, sha256));
  assert.equal(new Set([...keys, serviceKey(definition, sha256)]).size, changes.length + 1);
});
