import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '../../contracts/rest/errors.ts';
import { invalidRequest, PlinthError } from '../../domain/errors.ts';
import type { Callers } from '../login/callers.ts';
import { bearerToken } from './authenticate.ts';
import { errorBody } from './errors.ts';

/** Paths that no route can match because they are not well-formed: a stranger gets 401 for them like for any other. */
export const malformedPath =
  (callers: Callers) =>
  async (_error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const token = bearerToken(request.headers.authorization);
    const known = token !== null && (callers.cached(token) ?? (await callers.verify(token))) !== null;
    const answer = known
      ? invalidRequest(`The path ${request.url} is not percent-encoded properly.`)
      : new PlinthError(
          'Unauthorized',
          'Send an access token of POST /login in the header Authorization: Bearer …',
        );
    if (!known) reply.header('WWW-Authenticate', 'Bearer');
    await reply.code(answer.status).send(errorBody(answer));
  };

/** What is not even HTTP, too slow or too large in its headers gets the status for it, our error body, and no more. */
export function clientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'The headers of the request exceed 32 KiB.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'The request did not arrive in time.']
        : [400, 'The request is not well-formed HTTP.'];
  const body: ErrorBody = {
    message,
    link: null,
    exceptionType: 'BadRequestException',
    code: status,
    fields: null,
  };
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}
