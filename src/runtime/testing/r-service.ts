/** Shorthand for tests that drive R workers: values, and a worker that has loaded one service. */
import type { TestContext } from 'node:test';
import type { InputValue, NamedInput, OutputValue, Vector } from '../../contracts/values.ts';
import { detectR } from '../r/launch.ts';
import { type JobReply, spawnForTest, type TestWorker } from './spawn-worker.ts';

export const doubles = (...values: number[]): Vector => ({
  kind: 'double',
  values: Float64Array.from(values),
});
export const integers = (...values: number[]): Vector => ({
  kind: 'integer',
  values: Int32Array.from(values),
});
export const texts = (...values: (string | null)[]): Vector => ({ kind: 'character', values });
export const logicals = (...values: (boolean | null)[]): Vector => ({
  kind: 'logical',
  values: Int8Array.from(values, (value) => (value === null ? -1 : Number(value))),
});
export const scalar = (vector: Vector): InputValue => ({ shape: 'scalar', vector });
export const vector = (source: Vector): InputValue => ({ shape: 'vector', vector: source });
export const input = (name: string, value: InputValue): NamedInput => ({ name, value });
export const number = (name: string, value: number): NamedInput => input(name, scalar(doubles(value)));

/** A blank R worker that is stopped when the test ends. */
export async function startR(t: TestContext): Promise<TestWorker> {
  const launcher = await detectR({ Enabled: true, Path: '' });
  if (launcher === null) throw new Error('R is not installed.');
  const worker = await spawnForTest(launcher);
  t.after(() => worker.stop());
  return worker;
}

interface Service {
  code: string;
  initCode?: string;
  outputs?: string[];
  outputFileNames?: string[];
  workspace?: string;
  files?: string;
}

/** A worker that has loaded this service; fails when loading does. */
export async function startService(t: TestContext, service: Service): Promise<TestWorker> {
  const worker = await startR(t);
  succeeded(await load(worker, service));
  return worker;
}

export const load = (worker: TestWorker, service: Service): Promise<JobReply> =>
  worker.send({
    kind: 'load',
    code: service.code,
    initCode: service.initCode ?? null,
    inputs: [],
    outputs: (service.outputs ?? []).map((name) => ({ name, type: 'vector' })),
    outputFileNames: service.outputFileNames ?? [],
    workspace: service.workspace ?? null,
    files: service.files ?? null,
  });

export const call = (worker: TestWorker, ...inputs: NamedInput[]): Promise<JobReply> =>
  worker.send({ kind: 'call', inputs });

export const execute = (
  worker: TestWorker,
  code: string,
  options: { inputs?: NamedInput[]; outputs?: string[] } = {},
): Promise<JobReply> =>
  worker.send({ kind: 'execute', code, inputs: options.inputs ?? [], outputs: options.outputs ?? [] });

/** The reply, when the job went well; throws its message when it failed. */
export function succeeded(reply: JobReply): Extract<JobReply, { kind: 'done' }> {
  if (reply.kind === 'done') return reply;
  throw new Error(`The job failed (${reply.reason}): ${reply.message}`);
}

export function failed(reply: JobReply): Extract<JobReply, { kind: 'failed' }> {
  if (reply.kind === 'failed') return reply;
  throw new Error('The job went well, though it must not.');
}

/** An output as plain values: vectors as arrays, frames as objects of arrays, scalars bare. */
export function plain(value: OutputValue | undefined): unknown {
  if (value === undefined || value.shape === 'null') return null;
  switch (value.shape) {
    case 'scalar':
      return plainVector(value.vector)[0];
    case 'vector':
      return plainVector(value.vector);
    case 'matrix':
      return { rows: value.rows, columns: value.columns, values: plainVector(value.vector) };
    case 'frame':
      return Object.fromEntries(
        value.names.map((name, index) => {
          const column = value.columns[index];
          if (column === undefined) throw new Error(`The frame has no column ${name}.`);
          return [name, column.kind === 'list' ? column.values.map(plain) : plainVector(column)];
        }),
      );
    case 'list': {
      const items = value.items.map(plain);
      return value.names === null
        ? items
        : Object.fromEntries(value.names.map((name, index) => [name, items[index]]));
    }
  }
}

function plainVector(source: Vector): unknown[] {
  if (source.kind === 'logical')
    return Array.from(source.values, (value) => (value === -1 ? null : value === 1));
  return Array.from<unknown>(source.values);
}
