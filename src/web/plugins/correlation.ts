import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isGuid } from '../../domain/guid.ts';
import type { WebApp } from './web-app.ts';

/** The GUID of a request: the client's X-Request-Id when it is one, else a new one. It is `request.id` everywhere. */
export function correlationId(request: IncomingMessage): string {
  const wish = request.headers['x-request-id'];
  return typeof wish === 'string' && isGuid(wish) ? wish.toLowerCase() : randomUUID();
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When its headers had been read, in milliseconds of `performance.now()`. */
    arrivedAt: number;
  }
}

/** Every answer names its request in X-Correlation-Id. */
export function correlation(app: WebApp): void {
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = performance.now();
    reply.header('X-Correlation-Id', request.id);
    done();
  });
}
