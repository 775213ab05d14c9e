import type { Duplex } from 'node:stream';
import { type ExecuteHeader, frameKind, maxFrameBytes } from '../../contracts/compute-api.ts';
import { PlinthError } from '../../domain/errors.ts';
import { decodeFrame, type ExecutionFrame, encodeFrame, parseHeader } from '../../domain/execution-frames.ts';
import { FrameReader } from '../../lib/frame-reader.ts';
import { FrameWriter } from '../../lib/frame-writer.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Answer } from './execute.ts';

export type Run = (header: ExecuteHeader, body: Uint8Array, signal: AbortSignal) => Promise<Answer | null>;

export interface FrameConnectionOptions {
  run: Run;
  /** Longest time a call may take whatever its header says, in milliseconds. */
  wallClock: number;
  /** Bytes of bodies whose calls have not ended yet, on all connections of the node together. */
  budget: { left: number };
  logger: Logger;
  closed: () => void;
}

/** Answers the peer has not taken; while there are more nothing further is read from it. */
const maxUnsentBytes = 64 * 1024 * 1024;
/** How long a peer that was asked to leave may take after its last call. */
const patienceMs = 1000;
const maxTimerMs = 2 ** 31 - 1;

/** The calls of one web node over one connection, many at a time, answered in the order they end. */
export class FrameConnection {
  readonly #socket: Duplex;
  readonly #writer: FrameWriter;
  readonly #options: FrameConnectionOptions;
  readonly #calls = new Map<number, AbortController>();
  #leaving = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(socket: Duplex, options: FrameConnectionOptions) {
    this.#socket = socket;
    this.#writer = new FrameWriter(socket);
    this.#options = options;
    const reader = new FrameReader(maxFrameBytes, (payload) => this.#receive(decodeFrame(payload)));
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        options.logger.warning('An execution connection is closed: it does not speak our frames', error);
        socket.destroy();
      }
    });
    socket.on('drain', () => socket.resume());
    socket.on('end', () => socket.end());
    socket.on('error', (error) => options.logger.warning('An execution connection broke', error));
    socket.on('close', () => this.#end());
  }

  /**
   * Asks the peer to send its calls elsewhere. The peer ends the connection once its last call is answered: if we did,
   * a call on its way to us would be lost instead of refused. One that does not end it is not waited for.
   */
  goAway(): void {
    this.#leaving = true;
    this.#writer.write(encodeFrame(frameKind.goAway, 0, null));
    this.#endWhenDone();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(frame: ExecutionFrame): void {
    if (frame.kind === frameKind.cancel)
      this.#calls.get(frame.id)?.abort(new Error('The call was cancelled.'));
    else if (frame.kind === frameKind.execute && !this.#calls.has(frame.id))
      void this.#execute(frame.id, parseHeader<ExecuteHeader>(frame), frame.body);
    else throw new RangeError(`Unexpected frame of kind ${frame.kind} with the id ${frame.id}.`);
  }

  async #execute(id: number, header: ExecuteHeader, body: Uint8Array): Promise<void> {
    if (this.#refuses(id, body)) return;
    const controller = new AbortController();
    const { budget, run, wallClock } = this.#options;
    const overdue = setTimeout(
      () => controller.abort(overdueError()),
      Math.min(header.timeoutMs, wallClock, maxTimerMs),
    );
    this.#calls.set(id, controller);
    budget.left -= body.length;
    try {
      const answer = await run(header, body, controller.signal);
      if (answer !== null) this.#send(id, answer);
    } finally {
      clearTimeout(overdue);
      budget.left += body.length;
      this.#calls.delete(id);
      this.#endWhenDone();
    }
  }

  /** Nothing of a refused call has run, so the web node may try another compute node. */
  #refuses(id: number, body: Uint8Array): boolean {
    if (this.#leaving) this.#sendError(id, new PlinthError('BackEndBusy', 'This compute node is stopping.'));
    else if (this.#options.budget.left < body.length)
      this.#sendError(
        id,
        new PlinthError('ServiceBusy', 'Too much data waits on this compute node; try again.'),
      );
    else return false;
    return true;
  }

  #sendError(id: number, { code, message, fields }: PlinthError): void {
    this.#send(id, { header: { error: code, message, fields, timings: [0, 0, 0, 0] } });
  }

  #send(id: number, { header, body }: Answer): void {
    if (!this.#socket.writable) return;
    this.#writer.write(encodeFrame(frameKind.result, id, header, body));
    if (this.#socket.writableLength > maxUnsentBytes) this.#socket.pause();
  }

  #endWhenDone(): void {
    if (!this.#leaving || this.#calls.size > 0) return;
    this.#patience ??= setTimeout(() => this.#socket.destroy(), patienceMs);
  }

  #end(): void {
    clearTimeout(this.#patience);
    for (const call of this.#calls.values()) call.abort(new Error('The connection of the call was closed.'));
    this.#options.closed();
  }
}

const overdueError = (): PlinthError =>
  new PlinthError('DeadlineExceeded', 'The call ran longer than its deadline and was stopped.');
