import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WebApp } from './web-app.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The GUID of a request: the client's X-Request-Id when it is one, else a new one. It is `request.id` everywhere. */
export function correlationId(request: IncomingMessage): string {
  const wish = request.headers['x-request-id'];
  return typeof wish === 'string' && guid.test(wish) ? wish.toLowerCase() : randomUUID();
}

/** Every answer names its request in X-Correlation-Id. */
export function correlation(app: WebApp): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Correlation-Id', request.id);
    done();
  });
}
