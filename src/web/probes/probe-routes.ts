import type { WebContext } from '../context.ts';
import type { Routes } from '../plugins/web-app.ts';

const open = { config: { open: true } };

/**
 * Probes for load balancers and process supervisors: no token, a body of one word, no details.
 * /ping and /livez and /healthz say that the process serves requests, /readyz that it can do its work.
 */
export const probeRoutes =
  ({ database }: WebContext): Routes =>
  async (app) => {
    for (const path of ['/ping', '/livez', '/healthz'])
      app.get(path, open, (_request, reply) => reply.type('text/plain').send('pong'));
    app.get('/readyz', open, async (_request, reply) => {
      await database.ping();
      return reply.type('text/plain').send('ready');
    });
  };
