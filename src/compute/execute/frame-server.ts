import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { clusterKeyHeader, framesProtocol } from '../../contracts/compute-api.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { ComputeContext } from '../context.ts';
import { reportFault } from '../faults.ts';
import { errorBody } from '../plugins/errors.ts';
import { execute } from './execute.ts';
import { FrameConnection } from './frame-connection.ts';

/** Room for bodies of calls that wait or run, in bytes: the queue is bounded in number, this bounds its memory. */
const bodyBudget = 1024 * 1024 * 1024;

/** The connections that carry executions: `Upgrade: plinth-frames` on the port of the control calls. */
export class FrameServer {
  readonly #context: ComputeContext;
  readonly #connections = new Set<FrameConnection>();
  readonly #budget = { left: bodyBudget };
  #leaving = false;
  #drained: (() => void) | null = null;

  constructor(server: Server, context: ComputeContext) {
    this.#context = context;
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
  }

  /** Takes no more calls; resolves when those running have ended and their connections are closed. */
  drain(): Promise<void> {
    this.#leaving = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    for (const connection of this.#connections) connection.goAway();
    this.#resolveWhenEmpty();
    return promise;
  }

  /** Ends every connection at once; their calls are aborted. */
  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // Until the connection is made its socket has no other listener, and an error without one ends the process.
    socket.on('error', () => socket.destroy());
    try {
      this.#admit(request);
    } catch (thrown) {
      refuse(socket, reportFault(thrown, `Upgrade from ${socket.remoteAddress}`, this.#context.logger));
      return;
    }
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${framesProtocol}\r\n\r\n`,
    );
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.setKeepAlive(true, 30_000);
    this.#connect(socket, head);
  }

  #admit({ headers }: IncomingMessage): void {
    this.#context.admit(headers[clusterKeyHeader]);
    if (headers.upgrade?.toLowerCase() !== framesProtocol)
      throw new PlinthError('InvalidRequest', `The only protocol to upgrade to is ${framesProtocol}.`, {
        fields: 'Upgrade',
      });
    if (this.#leaving) throw new PlinthError('BackEndBusy', 'This compute node is stopping.');
  }

  #connect(socket: Socket, head: Buffer): void {
    const context = this.#context;
    if (head.length > 0) socket.unshift(head);
    const connection = new FrameConnection(socket, {
      run: (header, body, signal) => execute(context, header, body, signal),
      wallClock: context.config.Limits.Call.WallClock,
      budget: this.#budget,
      logger: context.logger,
      closed: () => {
        this.#connections.delete(connection);
        this.#resolveWhenEmpty();
      },
    });
    this.#connections.add(connection);
    context.logger.information(`Execution connection from ${socket.remoteAddress} opened.`);
  }

  #resolveWhenEmpty(): void {
    if (this.#connections.size === 0) this.#drained?.();
  }
}

/** An answer in plain HTTP on a connection that was to be upgraded. */
function refuse(socket: Socket, error: PlinthError): void {
  const body = JSON.stringify(errorBody(error));
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
