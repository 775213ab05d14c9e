/** A real Python worker for the tests beside this file, spoken to in JSON as clients do. */
import assert from 'node:assert/strict';
import type { ParameterDefinition, WireType } from '../../contracts/data-types.ts';
import { bindInputs } from '../../domain/bind-inputs.ts';
import { bindSessionInputs } from '../../domain/bind-session-inputs.ts';
import { parseBody } from '../../domain/parse-json.ts';
import { shapeOutputs } from '../../domain/shape-outputs.ts';
import { shapeSessionOutputs } from '../../domain/shape-session-outputs.ts';
import type { Launcher } from '../launcher.ts';
import { type JobReply, spawnForTest, type TestRequest, type TestWorker } from '../testing/spawn-worker.ts';
import { detectPython } from './launch.ts';

export type DoneReply = Extract<JobReply, { kind: 'done' }>;
export type FailedReply = Extract<JobReply, { kind: 'failed' }>;

/** The system's Python with these modules imported beforehand. */
export async function pythonLauncher(...preload: string[]): Promise<Launcher> {
  const launcher = await detectPython({ Enabled: true, Path: '', Preload: preload });
  assert.ok(launcher, 'The tests need /usr/bin/python3.');
  return launcher;
}

export const startPython = async (...preload: string[]): Promise<TestWorker> =>
  spawnForTest(await pythonLauncher(...preload));

/** What a service consists of, with everything but its code left out where a test does not care. */
export interface TestService {
  code: string;
  initCode?: string;
  inputs?: Record<string, WireType>;
  outputs?: Record<string, WireType>;
  outputFileNames?: string[];
  workspace?: string;
  files?: string;
}

const definitions = (parameters: Record<string, WireType> = {}): ParameterDefinition[] =>
  Object.entries(parameters).map(([name, type]) => ({ name, type }));

export const loadRequest = (service: TestService): TestRequest => ({
  kind: 'load',
  code: service.code,
  initCode: service.initCode ?? null,
  inputs: definitions(service.inputs),
  outputs: definitions(service.outputs),
  outputFileNames: service.outputFileNames ?? [],
  workspace: service.workspace ?? null,
  files: service.files ?? null,
});

/** A loaded service: a function from a request body to the reply. */
export async function loadService(worker: TestWorker, service: TestService) {
  done(await worker.send(loadRequest(service)));
  const inputs = definitions(service.inputs);
  return (body = '{}') =>
    worker.send({ kind: 'call', inputs: bindInputs(inputs, parseBody(Buffer.from(body)), 'Python') });
}

/** The outputs of a call as the JSON text clients get. */
export const outputsOf = (reply: JobReply, outputs: Record<string, WireType>): string =>
  shapeOutputs(definitions(outputs), done(reply).outputs, 'Python');

export const executeRequest = (
  code: string,
  inputs: Record<string, unknown> = {},
  outputs: string[] = [],
): TestRequest => ({
  kind: 'execute',
  code,
  inputs: bindSessionInputs(
    Object.entries(inputs).map(([name, value]) => ({ name, value })),
    'Python',
  ),
  outputs,
});

/** Runs code in a session and gives one variable as the JSON text clients get. */
export async function evaluate(
  worker: TestWorker,
  code: string,
  inputs: Record<string, unknown> = {},
): Promise<string> {
  const reply = done(await worker.send(executeRequest(code, inputs, ['x'])));
  return shapeSessionOutputs(['x'], reply.outputs, 'Python').slice('[{"name":"x","value":'.length, -2);
}

export function done(reply: JobReply): DoneReply {
  assert.equal(reply.kind, 'done', reply.kind === 'failed' ? reply.message : '');
  return reply as DoneReply;
}

export function failed(reply: JobReply): FailedReply {
  assert.equal(reply.kind, 'failed');
  return reply as FailedReply;
}
