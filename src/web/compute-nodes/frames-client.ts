import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ExecuteHeader, ResultHeader } from '../../contracts/compute-api.ts';
import { frameKind, maxFrameBytes } from '../../contracts/compute-api.ts';
import { PlinthError } from '../../domain/errors.ts';
import { decodeFrame, encodeFrame, parseHeader } from '../../domain/execution-frames.ts';
import { FrameReader } from '../../lib/frame-reader.ts';
import { FrameWriter } from '../../lib/frame-writer.ts';
import type { Logger } from '../../lib/logger.ts';
import type { ExecutionAnswer } from './compute-nodes.ts';

/** How long after its deadline a call still waits for the compute node to say that it stopped the code. */
const deadlineGrace = 15_000;
/** Timers beyond this fire at once. */
const longestTimer = 2 ** 31 - 1;

interface Call {
  settle(answer: ExecutionAnswer): void;
  fail(error: Error): void;
  sentAt: number;
  correlationId: string;
}

interface Line {
  socket: Duplex;
  writer: FrameWriter;
  calls: Map<number, Call>;
  /** False once the node announced that it takes no more calls; those running still end. */
  open: boolean;
}

/**
 * Executions of one compute node over one persistent connection, many at a time. The connection is made with the first
 * call and again after it was lost; calls in flight then fail, because their code may have run.
 */
export class FramesClient {
  readonly #uri: string;
  readonly #connect: () => Promise<Duplex>;
  readonly #logger: Logger;
  #line: Line | null = null;
  #opening: Promise<Line> | null = null;
  #closed = false;
  #lastId = 0;

  constructor(uri: string, connect: () => Promise<Duplex>, logger: Logger) {
    this.#uri = uri;
    this.#connect = connect;
    this.#logger = logger;
  }

  /** BackEndBusy when nothing was sent; InterpreterLost when the connection broke; the reason of `signal` when aborted. */
  async execute(header: ExecuteHeader, body: Uint8Array, signal: AbortSignal): Promise<ExecutionAnswer> {
    const line = this.#line?.open === true ? this.#line : await this.#open();
    signal.throwIfAborted();
    const id = this.#nextId();
    const { promise, resolve, reject } = Promise.withResolvers<ExecutionAnswer>();
    const cancel = (): void => {
      if (line.calls.delete(id)) line.writer.write(encodeFrame(frameKind.cancel, id, null));
    };
    const aborted = (): void => {
      cancel();
      reject(signal.reason);
    };
    const overdue = setTimeout(
      () => {
        cancel();
        reject(
          new PlinthError('DeadlineExceeded', 'The call ran longer than its deadline and was given up.'),
        );
      },
      Math.min(header.timeoutMs + deadlineGrace, longestTimer),
    );
    signal.addEventListener('abort', aborted, { once: true });
    line.calls.set(id, {
      settle: resolve,
      fail: reject,
      sentAt: performance.now(),
      correlationId: header.correlationId,
    });
    line.writer.write(encodeFrame(frameKind.execute, id, header, body));
    try {
      return await promise;
    } finally {
      clearTimeout(overdue);
      signal.removeEventListener('abort', aborted);
      if (!line.open && line.calls.size === 0) line.socket.end();
    }
  }

  close(): void {
    this.#closed = true;
    this.#line?.socket.destroy();
  }

  /** One attempt at a time; whoever waits shares it. */
  #open(): Promise<Line> {
    if (this.#closed)
      return Promise.reject(
        new PlinthError('BackEndBusy', `Compute node ${this.#uri} is not in use any more.`),
      );
    this.#opening ??= this.#connect()
      .then((socket) => this.#attach(socket))
      .finally(() => {
        this.#opening = null;
      });
    return this.#opening;
  }

  #attach(socket: Duplex): Line {
    const line: Line = { socket, writer: new FrameWriter(socket), calls: new Map(), open: true };
    const reader = new FrameReader(maxFrameBytes, (payload) => this.#receive(line, payload));
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (cause) {
        socket.destroy(cause as Error);
      }
    });
    socket.once('error', (cause) => this.#logger.warning(`The connection to ${this.#uri} broke`, cause));
    socket.once('close', () => this.#lost(line));
    if (this.#closed) socket.destroy();
    this.#line = line;
    return line;
  }

  #receive(line: Line, payload: Buffer): void {
    const frame = decodeFrame(payload);
    if (frame.kind === frameKind.goAway) {
      line.open = false;
      if (line.calls.size === 0) line.socket.end();
      return;
    }
    const call = line.calls.get(frame.id);
    // Answers to calls given up meanwhile.
    if (frame.kind !== frameKind.result || call === undefined) return;
    line.calls.delete(frame.id);
    const header = parseHeader<ResultHeader>(frame);
    const elapsed = Math.round((performance.now() - call.sentAt) * 1000);
    const { buffer, byteOffset, byteLength } = frame.body;
    call.settle({
      header,
      body: Buffer.from(buffer, byteOffset, byteLength),
      network: Math.max(0, elapsed - header.timings[2]),
    });
  }

  #lost(line: Line): void {
    line.open = false;
    if (this.#line === line) this.#line = null;
    if (line.calls.size === 0) return;
    const id = randomUUID();
    const requests = [...line.calls.values()].map(({ correlationId }) => correlationId).join(', ');
    this.#logger.error(
      `${id} The connection to ${this.#uri} was lost with calls in flight (requests ${requests})`,
    );
    for (const call of line.calls.values()) call.fail(new PlinthError('InterpreterLost', id));
    line.calls.clear();
  }

  /** Ids wrap at 32 bits: by then a call of the same id has long ended. */
  #nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }
}
