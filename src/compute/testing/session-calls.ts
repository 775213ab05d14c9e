import assert from 'node:assert/strict';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { type ComputeErrorBody, clusterKeyHeader } from '../../contracts/compute-api.ts';
import type { RuntimeName } from '../../contracts/data-types.ts';
import { clusterKey, type TestNode } from './test-node.ts';

export interface Executed {
  success: boolean;
  errorMessage: string;
  outputParameters: { name: string; value: unknown }[];
  consoleOutput: string;
  changedFiles: string[];
}

/** Calls on the sessions of a node, as short as tests want them. */
export class SessionCalls {
  readonly #node: () => TestNode;
  #count = 0;

  constructor(node: () => TestNode) {
    this.#node = node;
  }

  /** Resolves to the id of a new session of olga. */
  async open(
    runtime: RuntimeName,
    options: { snapshot?: string; idleTimeoutMs?: number } = {},
  ): Promise<string> {
    this.#count += 1;
    const id = `session-${this.#count}`;
    const body = { id, runtime, owner: 'olga', snapshot: null, idleTimeoutMs: 0, ...options };
    await this.#node().json('POST', '/sessions', body, 201);
    return id;
  }

  execute(
    id: string,
    code: string,
    inputs: Record<string, unknown> = {},
    outputs: string[] = [],
  ): Promise<Executed> {
    return this.#node().json<Executed>('POST', `/sessions/${id}/execute`, {
      code,
      inputParameters: Object.entries(inputs).map(([name, value]) => ({ name, value })),
      outputParameters: outputs,
    });
  }

  /** Resolves when the running code has written `text`. */
  async consoleShows(id: string, text: string): Promise<void> {
    const path = `/sessions/${id}/console-output`;
    let shown = '';
    while (!shown.includes(text))
      shown = (await this.#node().json<{ consoleOutput: string }>('GET', path)).consoleOutput;
  }

  async bytes(path: string, method = 'GET'): Promise<Buffer> {
    const response = await this.#node().call(method, path);
    assert.equal(response.status, 200, path);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Status and error body of a call that fails. The path is sent as it is: fetch would resolve its dots. */
  async failure(method: string, path: string, body?: unknown): Promise<[number, ComputeErrorBody]> {
    const headers = { [clusterKeyHeader]: clusterKey };
    const { promise, resolve, reject } = Promise.withResolvers<[number, ComputeErrorBody]>();
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const call = request(this.#node().address, { path, method, headers }, (response) => {
      json(response).then(
        (answer) => resolve([response.statusCode ?? 0, answer as ComputeErrorBody]),
        reject,
      );
    });
    call.on('error', reject);
    call.end(raw ? body : JSON.stringify(body));
    return promise;
  }
}
