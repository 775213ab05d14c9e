import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { type Answer, assertStatus, type HttpClient, httpClient, type Method } from './http-client.ts';
import { adminToken } from './one-box.ts';
import { isRunner, sharedOneBox, stopSharedOneBox } from './shared-one-box.ts';

// A test file run by itself; all others leave that to the test runner.
if (isRunner) after(stopSharedOneBox);

export type RuntimeName = 'R' | 'Python';
export const runtimes: readonly RuntimeName[] = ['R', 'Python'];

/** Picks what belongs to the runtime; for code that says the same thing in both languages. */
export const inBoth = <T>(variants: Record<RuntimeName, T>, runtime: RuntimeName): T => variants[runtime];

/** The shared one-box, signed in as admin; one login per test file. */
export async function signedIn(): Promise<HttpClient> {
  const { url } = await sharedOneBox();
  client ??= adminToken(url).then((token) => httpClient(url, token));
  return client;
}
let client: Promise<HttpClient> | undefined;

/** The shared one-box without a token. */
export const anonymous = async (): Promise<HttpClient> => httpClient((await sharedOneBox()).url);

/** A name no other test uses. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

export interface Definition {
  code: string;
  initCode?: string;
  runtimeType?: RuntimeName;
  /** Name and type of each, e.g. `{ hp: 'numeric' }`. */
  inputs?: Record<string, string>;
  outputs?: Record<string, string>;
  outputFileNames?: string[];
  description?: string;
  operationId?: string;
  snapshotId?: string;
}

/** The body of a publish request. */
export function publishBody({ inputs = {}, outputs = {}, ...rest }: Definition): Record<string, unknown> {
  const list = (parameters: Record<string, string>) =>
    Object.entries(parameters).map(([name, type]) => ({ name, type }));
  return { ...rest, inputParameterDefinitions: list(inputs), outputParameterDefinitions: list(outputs) };
}

/** A published version, and its address below /api. */
export interface Published {
  name: string;
  version: string;
  api: string;
}

/** Publishes under a fresh name. */
export async function publish(client: HttpClient, definition: Definition): Promise<Published> {
  const name = uniqueName('svc');
  const version = 'v1';
  assertStatus(await client.post(`/services/${name}/${version}`, publishBody(definition)), 201);
  return { name, version, api: `/api/${name}/${version}` };
}

export interface ServiceResult {
  success: boolean;
  errorMessage: string;
  outputParameters: Record<string, unknown>;
  outputFiles: Record<string, string | null>;
  consoleOutput: string;
  changedFiles: string[];
}

/** Calls a service; fails the test unless it ran to its end. */
export async function consume(
  client: HttpClient,
  { api }: Published,
  inputs: object = {},
): Promise<ServiceResult> {
  const result = assertStatus(await client.post(api, inputs), 200).json<ServiceResult>();
  assert.equal(result.errorMessage, '');
  assert.equal(result.success, true);
  return result;
}

/** Publishes and calls in one go. */
export async function run(
  client: HttpClient,
  definition: Definition,
  inputs: object = {},
): Promise<ServiceResult> {
  return consume(client, await publish(client, definition), inputs);
}

/** Publishes and calls code that is expected to fail. */
export async function runFailing(
  client: HttpClient,
  definition: Definition,
  inputs: object = {},
): Promise<ServiceResult> {
  const { api } = await publish(client, definition);
  const result = assertStatus(await client.post(api, inputs), 200).json<ServiceResult>();
  assert.equal(result.success, false);
  assert.notEqual(result.errorMessage, '');
  return result;
}

export interface ExecuteResult {
  success: boolean;
  errorMessage: string;
  outputParameters: { name: string; value: unknown }[];
  consoleOutput: string;
  changedFiles: string[];
}

/** An open session. Closed by `await using`. */
export interface TestSession extends AsyncDisposable {
  readonly id: string;
  request(method: Method, path: string, options?: Parameters<HttpClient['request']>[2]): Promise<Answer>;
  /** Runs code; fails the test unless the answer is 200. */
  execute(code: string, more?: object): Promise<ExecuteResult>;
  /** Runs code; fails the test unless it ran to its end. */
  run(code: string, more?: object): Promise<ExecuteResult>;
}

/** Opens a session. */
export async function openSession(
  client: HttpClient,
  runtimeType: RuntimeName,
  more: object = {},
): Promise<TestSession> {
  const answer = assertStatus(await client.post('/sessions', { runtimeType, ...more }), 201);
  const { sessionId } = answer.json<{ sessionId: string }>();
  const request: TestSession['request'] = (method, path, options) =>
    client.request(method, `/sessions/${sessionId}${path}`, options);
  const execute: TestSession['execute'] = async (code, options = {}) => {
    const executed = await request('POST', '/execute', { json: { code, ...options } });
    return assertStatus(executed, 200).json<ExecuteResult>();
  };
  return {
    id: sessionId,
    request,
    execute,
    run: async (code, options) => {
      const result = await execute(code, options);
      assert.equal(result.errorMessage, '');
      assert.equal(result.success, true);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      await request('DELETE', '/force');
    },
  };
}

/** Saves a session; returns the id of the snapshot. */
export async function takeSnapshot(session: TestSession, name?: string): Promise<string> {
  const answer = assertStatus(await session.request('POST', '/snapshot', { json: { name } }), 201);
  return answer.json<{ snapshotId: string }>().snapshotId;
}
