import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { clusterKeyHeader, framesProtocol } from '../../contracts/compute-api.ts';
import { PlinthError } from '../../domain/errors.ts';

/** Opens one connection that carries execution frames; BackEndBusy when the node cannot be reached or refuses. */
export function openFramesConnection(
  uri: string,
  clusterKey: string,
  connectTimeout: number,
): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const fail = (reason: string, cause?: unknown): void =>
    reject(new PlinthError('BackEndBusy', `Compute node ${uri} ${reason}.`, { cause }));
  const send = uri.startsWith('https:') ? httpsRequest : httpRequest;
  const opening = send(`${uri}/`, {
    agent: false,
    headers: { Connection: 'Upgrade', Upgrade: framesProtocol, [clusterKeyHeader]: clusterKey },
    signal: AbortSignal.timeout(connectTimeout),
  });
  opening.once('upgrade', (_response, socket, head) => {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    if (head.length > 0) socket.unshift(head);
    resolve(socket);
  });
  opening.once('response', (response) => {
    response.resume();
    fail(`refused an execution connection with status ${response.statusCode}`);
  });
  opening.once('error', (cause) => fail('cannot be reached', cause));
  opening.end();
  return promise;
}
