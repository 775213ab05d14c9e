import type { FastifyRequest } from 'fastify';
import type { Logger } from '../../lib/logger.ts';
import { clientAddress } from './client-address.ts';
import type { WebApp } from './web-app.ts';

/**
 * At Information: one JSON line when a request has been recognised and one when it is answered, joined by their
 * CorrelationId. Queries, bodies and tokens are never written.
 */
export function requestLog(app: WebApp, logger: Logger): void {
  if (!logger.enabled('Information')) return;
  const arrived = new WeakSet<FastifyRequest>();
  const write = (request: FastifyRequest, kind: 'REQUEST' | 'RESPONSE', statusCode?: number): void =>
    logger.information(
      JSON.stringify({
        CorrelationId: request.id,
        Subject: {
          Operation: `${kind} ${request.method} ${loggedPath(request.url)}`,
          UserPrincipalName: request.caller?.username ?? null,
          RemoteIpAddress: clientAddress(request),
          LoginSessionId: request.caller?.loginSessionId ?? null,
          StatusCode: statusCode,
        },
      }),
    );
  app.addHook('onRequest', (request, _reply, done) => {
    arrived.add(request);
    write(request, 'REQUEST');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (!arrived.has(request)) write(request, 'REQUEST');
    write(request, 'RESPONSE', reply.statusCode);
    done();
  });
}

/** The path without query; a refresh token in the path is masked. */
export const loggedPath = (url: string): string =>
  url.split('?', 1)[0]!.replace(/^(\/login\/refreshToken\/).+/i, '$1***');
