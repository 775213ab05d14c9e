import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreSwagger } from './core-swagger.ts';

interface Operation {
  operationId: string;
  tags: string[];
  parameters: { name: string; in: string }[];
  responses: Record<string, { schema?: object }>;
}
const document = coreSwagger() as {
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, object>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((operation) => ({ path, ...operation })),
);

test('there are 43 operations with different ids, each under a tag', () => {
  assert.equal(operations.length, 43);
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, 43);
  for (const { tags, operationId } of operations) assert.equal(typeof tags[0], 'string', operationId);
});

test('every reference resolves and every definition is used', () => {
  const used = new Set(
    [...JSON.stringify(document).matchAll(/#\/definitions\/(\w+)/g)].map(([, name]) => name),
  );
  assert.deepEqual([...used].sort(), Object.keys(document.definitions).sort());
});

test('every part of a path is a parameter, and only those are', () => {
  for (const { path, parameters, operationId } of operations) {
    const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    assert.deepEqual(
      declared,
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      operationId,
    );
  }
});

test('success and failures are those of the catalogue', () => {
  const of = (id: string) => operations.find(({ operationId }) => operationId === id)?.responses ?? {};
  assert.deepEqual(Object.keys(of('publishWebService')), ['201', '400', '401', '403', '409']);
  assert.deepEqual(Object.keys(of('listWorkspaceObjects')), ['200', '401', '404', '410']);
  assert.equal(of('deleteSessionFile')['200']?.schema, undefined);
  assert.deepEqual(of('GetSnapshotContent')['200']?.schema, { type: 'file' });
});
