import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { json as readJson } from 'node:stream/consumers';
import { type Dispatcher, errors, Pool } from 'undici';
import {
  type ComputeErrorBody,
  type ComputeHealth,
  clusterKeyHeader,
  correlationHeader,
  type ExecuteHeader,
} from '../../contracts/compute-api.ts';
import { errorCatalogue } from '../../contracts/error-codes.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ComputeNode, ControlAnswer, ControlCall, ExecutionAnswer } from './compute-nodes.ts';
import { FramesClient } from './frames-client.ts';
import { openFramesConnection } from './frames-connection.ts';

export interface NodeOptions {
  clusterKey: string;
  /** Milliseconds. */
  connectTimeout: number;
  /** Longest wait for an answer, in milliseconds. */
  answerTimeout: number;
  logger: Logger;
}

/** Bodies from this size on travel on a connection of their own, so that small calls do not wait behind them. */
const largeBody = 1024 * 1024;

/** One compute node as seen from here: control calls over HTTP, executions over framed connections. */
export class RemoteNode implements ComputeNode {
  readonly uri: string;
  readonly #options: NodeOptions;
  readonly #pool: Pool;
  readonly #lines: { small: FramesClient; large: FramesClient };
  /** Executions this web node has running there. */
  inFlight = 0;

  constructor(uri: string, options: NodeOptions) {
    const { connectTimeout, answerTimeout, clusterKey, logger } = options;
    this.uri = uri;
    this.#options = options;
    this.#pool = new Pool(uri, {
      connect: { timeout: connectTimeout },
      headersTimeout: answerTimeout,
      bodyTimeout: answerTimeout,
    });
    const connect = (): Promise<Duplex> => openFramesConnection(uri, clusterKey, connectTimeout);
    this.#lines = {
      small: new FramesClient(uri, connect, logger),
      large: new FramesClient(uri, connect, logger),
    };
  }

  async request(call: ControlCall): Promise<ControlAnswer> {
    const { statusCode, headers, body } = await this.#send(call);
    if (statusCode >= 400 && call.method !== 'HEAD') throw await refusal(this.uri, statusCode, body);
    return { status: statusCode, headers, body, json: <T>() => readJson(body) as Promise<T> };
  }

  async execute(header: ExecuteHeader, body: Uint8Array, signal: AbortSignal): Promise<ExecutionAnswer> {
    this.inFlight++;
    try {
      const line = body.length < largeBody ? this.#lines.small : this.#lines.large;
      return await line.execute(header, body, signal);
    } finally {
      this.inFlight--;
    }
  }

  async ensureBlob(hash: string, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<void> {
    const path = `/blobs/${hash}`;
    const correlationId = crypto.randomUUID();
    const held = await this.request({ method: 'HEAD', path, correlationId });
    held.body.resume();
    if (held.status < 300) return;
    const body = Readable.from(await open(), { objectMode: false });
    (await this.request({ method: 'PUT', path, correlationId, body })).body.resume();
  }

  /** Its health, or the reason why it cannot be had. */
  async health(timeoutMs: number): Promise<ComputeHealth> {
    const answer = await this.request({
      method: 'GET',
      path: '/health',
      correlationId: crypto.randomUUID(),
      timeoutMs,
    });
    return answer.json<ComputeHealth>();
  }

  async close(): Promise<void> {
    this.#lines.small.close();
    this.#lines.large.close();
    await this.#pool.destroy();
  }

  async #send(call: ControlCall): Promise<Dispatcher.ResponseData> {
    const isStream = call.body instanceof Readable;
    const deadline = call.timeoutMs === undefined ? undefined : AbortSignal.timeout(call.timeoutMs);
    const signals = [call.signal, deadline].filter((signal) => signal !== undefined);
    try {
      return await this.#pool.request({
        method: call.method,
        path: call.path,
        headers: {
          [clusterKeyHeader]: this.#options.clusterKey,
          [correlationHeader]: call.correlationId,
          ...(call.body === undefined
            ? {}
            : { 'content-type': isStream ? 'application/octet-stream' : 'application/json' }),
        },
        body: isStream ? (call.body as Readable) : call.body === undefined ? null : JSON.stringify(call.body),
        signal: signals.length === 0 ? null : AbortSignal.any(signals),
      });
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw unreachable(this.uri, cause, deadline?.aborted === true);
    }
  }
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
]);

/** What a failed request means; anything that is not the network's fault is passed on as it is. */
function unreachable(uri: string, cause: unknown, late: boolean): unknown {
  if (late || cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError)
    return new PlinthError('BackEndBusy', `Compute node ${uri} did not answer in time.`, { cause });
  const isNetwork =
    cause instanceof errors.UndiciError || unreachableCodes.has((cause as NodeJS.ErrnoException).code ?? '');
  if (!isNetwork) return cause;
  return new PlinthError('BackEndBusy', `Compute node ${uri} cannot be reached.`, { cause });
}

/** An error answer of a compute node as the error it reports. */
async function refusal(uri: string, status: number, body: Readable): Promise<Error> {
  let answer: Partial<ComputeErrorBody>;
  try {
    answer = (await readJson(body)) as Partial<ComputeErrorBody>;
  } catch (cause) {
    return new Error(`Compute node ${uri} answered ${status} without an error body.`, { cause });
  }
  if (status === 403)
    return new PlinthError(
      'BackEndBusy',
      `Compute node ${uri} trusts another cluster; run plinth admin node reset-trust there.`,
    );
  if (answer.error === undefined || !(answer.error in errorCatalogue))
    return new Error(`Compute node ${uri} answered ${status} with an unknown error.`);
  return new PlinthError(
    answer.error,
    answer.message ?? errorCatalogue[answer.error].title,
    typeof answer.fields === 'string' ? { fields: answer.fields } : {},
  );
}
