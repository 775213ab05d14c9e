import { PlinthError } from '../../domain/errors.ts';
import { type Action, may } from '../../domain/permissions.ts';
import type { WebApp } from './web-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; every route that is not open declares one. */
    action?: Action;
  }
}

/** Puts the action a route declares to the permission table, before its body is read. */
export function authorize(app: WebApp): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.open !== true && route.config?.action === undefined)
      throw new Error(`Route ${String(route.method)} ${route.url} is neither open nor declares an action.`);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    const action = request.routeOptions.config?.action;
    if (action === undefined || may(request.caller.role, action)) return done();
    done(new PlinthError('Forbidden', `The role ${request.caller.role} does not allow this operation.`));
  });
}
