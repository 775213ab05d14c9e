import { PlinthError } from '../../domain/errors.ts';
import type { Caller, Callers } from '../login/callers.ts';
import type { WebApp } from './web-app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Set on every route that is not open. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** The route needs no token. */
    open?: boolean;
  }
}

/**
 * Turns the bearer token into `request.caller`. Only routes with `config: { open: true }` go without; unknown paths
 * do not, so a stranger learns nothing about what exists.
 */
export function authenticate(app: WebApp, callers: Callers): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config?.open === true) return done();
    const token = bearerToken(request.headers.authorization);
    if (token === null)
      return done(
        new PlinthError(
          'Unauthorized',
          'Send an access token of POST /login in the header Authorization: Bearer …',
        ),
      );
    const known = callers.cached(token);
    if (known !== undefined) {
      request.caller = known;
      return done();
    }
    callers.verify(token).then((caller) => {
      if (caller === null)
        return done(
          new PlinthError('Unauthorized', 'The access token is invalid, expired or revoked; log in again.'),
        );
      request.caller = caller;
      done();
    }, done);
  });
}

/** The token of `Bearer <token>`; clients write the scheme in any case and put one or two blanks after it. */
export function bearerToken(header: string | undefined): string | null {
  const match = header === undefined ? null : /^\s*bearer +(\S+)\s*$/i.exec(header);
  return match?.[1] ?? null;
}
