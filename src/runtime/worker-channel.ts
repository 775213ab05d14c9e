import { constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { maxWorkerFrameBytes } from '../contracts/worker-protocol.ts';
import { PlinthError } from '../domain/errors.ts';
import { FrameReader } from '../lib/frame-reader.ts';
import { FrameWriter } from '../lib/frame-writer.ts';
import type { WorkerFolder } from './worker-folder.ts';

const drainBytes = 64 * 1024;

/**
 * The two named pipes to a worker. Both are held open for reading and writing: opening then never waits for the
 * other side, and a worker that closes its end causes no event before its exit does.
 */
export class WorkerChannel {
  readonly #descriptor: number;
  readonly #replies: Socket;
  readonly #requests: Socket;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  #closed = false;

  /** `onFrame` gets each payload in order; `onError` is told once that the pipes are of no more use. */
  constructor(folder: WorkerFolder, onFrame: (payload: Buffer) => void, onError: (error: Error) => void) {
    const flags = constants.O_RDWR | constants.O_NONBLOCK;
    this.#descriptor = openSync(folder.replies, flags);
    this.#replies = new Socket({ fd: this.#descriptor, readable: true, writable: false });
    this.#requests = new Socket({ fd: openSync(folder.requests, flags), readable: false, writable: true });
    this.#reader = new FrameReader(maxWorkerFrameBytes, onFrame);
    this.#writer = new FrameWriter(this.#requests);
    this.#replies.on('error', onError);
    this.#requests.on('error', onError);
    this.#replies.on('data', (chunk: Buffer) => {
      // A frame read while the event loop was closing this worker has nobody left to answer.
      if (this.#closed) return;
      try {
        this.#reader.push(chunk);
      } catch (error) {
        // Where one frame is wrong, nobody knows where the next one begins.
        this.#closed = true;
        onError(error as Error);
      }
    });
  }

  /** Throws PayloadTooLarge before anything is written. */
  write(parts: readonly Uint8Array[]): void {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes > maxWorkerFrameBytes)
      throw new PlinthError(
        'PayloadTooLarge',
        `The inputs take ${bytes} bytes; an interpreter accepts at most ${maxWorkerFrameBytes}.`,
      );
    this.#writer.write(parts);
  }

  /** Reads what a worker wrote before it ended; its exit may be noticed before its last reply. */
  drain(): void {
    const chunk = Buffer.allocUnsafe(drainBytes);
    while (!this.#closed) {
      let count: number;
      try {
        count = readSync(this.#descriptor, chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return;
        throw error;
      }
      if (count === 0) return;
      this.#reader.push(Buffer.from(chunk.subarray(0, count)));
    }
  }

  close(): void {
    this.#closed = true;
    this.#replies.destroy();
    this.#requests.destroy();
  }
}
