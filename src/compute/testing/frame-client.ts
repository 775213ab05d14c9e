import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import {
  clusterKeyHeader,
  type ExecuteHeader,
  frameKind,
  framesProtocol,
  maxFrameBytes,
  type ResultHeader,
} from '../../contracts/compute-api.ts';
import { decodeFrame, encodeFrame, parseHeader } from '../../domain/execution-frames.ts';
import { FrameReader } from '../../lib/frame-reader.ts';
import { FrameWriter } from '../../lib/frame-writer.ts';

export interface Result {
  header: ResultHeader;
  body: string;
}

/** The other end of an execution connection, as plain as the protocol. */
export class FrameClient {
  readonly socket: Socket;
  readonly #writer: FrameWriter;
  readonly #waiting = new Map<number, (result: Result) => void>();
  #lastId = 0;
  #leaving = false;
  /** Resolves with the goAway frame. */
  readonly left = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#writer = new FrameWriter(socket);
    const reader = new FrameReader(maxFrameBytes, (payload) => {
      const frame = decodeFrame(payload);
      if (frame.kind === frameKind.goAway) {
        this.left.resolve();
        this.#leaving = true;
      } else {
        const settle = this.#waiting.get(frame.id);
        this.#waiting.delete(frame.id);
        settle?.({ header: parseHeader<ResultHeader>(frame), body: Buffer.from(frame.body).toString() });
      }
      if (this.#leaving && this.#waiting.size === 0) socket.end();
    });
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    socket.on('error', () => {});
  }

  static async open(address: string, key: string): Promise<FrameClient> {
    const opening = request(address, {
      headers: { Connection: 'Upgrade', Upgrade: framesProtocol, [clusterKeyHeader]: key },
    });
    opening.end();
    const refused = once(opening, 'response').then(([response]) => {
      response.resume();
      throw new Error(`refused with ${response.statusCode}`);
    });
    const upgraded = once(opening, 'upgrade').then(([, socket]) => new FrameClient(socket as Socket));
    return Promise.race([refused, upgraded]);
  }

  /** Sends a call; its id, and its result when there is one. */
  start(header: Partial<ExecuteHeader>, body: string | Uint8Array): { id: number; result: Promise<Result> } {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Result>();
    this.#waiting.set(id, resolve);
    const whole = {
      service: '',
      correlationId: `call-${id}`,
      caller: 'tester',
      timeoutMs: 60_000,
      ...header,
    };
    this.#writer.write(encodeFrame(frameKind.execute, id, whole, Buffer.from(body as string)));
    return { id, result: promise };
  }

  execute(header: Partial<ExecuteHeader>, body: string | Uint8Array): Promise<Result> {
    return this.start(header, body).result;
  }

  cancel(id: number): void {
    this.#waiting.delete(id);
    this.#writer.write(encodeFrame(frameKind.cancel, id, null));
  }

  close(): void {
    this.socket.destroy();
  }
}
