import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executeResponse, webServiceResult } from './web-service-result.ts';

const answer = { shape: 'scalar', vector: { kind: 'double', values: Float64Array.of(0.5) } } as const;
const succeeded = {
  ok: true,
  errorMessage: '',
  outputs: [answer],
  files: [] as (Uint8Array | null)[],
  consoleOutput: 'a "b"\n',
  changedFiles: ['x.png'],
};
const failed = { ...succeeded, ok: false, errorMessage: 'object "z" not found', outputs: [] };
const service = {
  outputs: [{ name: 'answer', type: 'numeric' as const }],
  outputFileNames: [] as string[],
  runtime: 'R' as const,
};
const withFiles = { ...service, outputFileNames: ['x.png', 'y.csv'] };
const files = [Uint8Array.of(0, 255, 62), null];

test('a consume answer has its properties in the order of the contract', () => {
  assert.equal(
    webServiceResult(succeeded, service),
    '{"success":true,"errorMessage":"","outputParameters":{"answer":0.5},"outputFiles":{},' +
      '"consoleOutput":"a \\"b\\"\\n","changedFiles":["x.png"]}',
  );
});

test('declared files are base64, or null when the run made none', () => {
  const { outputFiles } = JSON.parse(webServiceResult({ ...succeeded, files }, withFiles));
  assert.deepEqual(outputFiles, { 'x.png': 'AP8+', 'y.csv': null });
});

test('a failed run has no outputs, its message, and the files it made', () => {
  assert.deepEqual(JSON.parse(webServiceResult({ ...failed, files }, withFiles)), {
    success: false,
    errorMessage: 'object "z" not found',
    outputParameters: {},
    outputFiles: { 'x.png': 'AP8+' },
    consoleOutput: 'a "b"\n',
    changedFiles: ['x.png'],
  });
});

test('an execute answer names its outputs', () => {
  assert.equal(
    executeResponse(succeeded, ['a'], 'R'),
    '{"success":true,"errorMessage":"","outputParameters":[{"name":"a","value":[0.5]}],' +
      '"consoleOutput":"a \\"b\\"\\n","changedFiles":["x.png"]}',
  );
  assert.equal(JSON.parse(executeResponse(succeeded, ['a'], 'Python')).outputParameters[0].value, 0.5);
  assert.deepEqual(JSON.parse(executeResponse(failed, ['a'], 'R')).outputParameters, []);
});
