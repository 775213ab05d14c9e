import { coreSwagger } from '../../domain/core-swagger.ts';
import type { WebContext } from '../context.ts';
import type { Routes } from '../plugins/web-app.ts';
import { report } from './report.ts';

/** What this web node is and how it does: the state of the system, and the description of the API itself. */
export const statusRoutes =
  (context: WebContext): Routes =>
  async (app) => {
    const swagger = JSON.stringify(coreSwagger(), null, 2);
    app.get('/status', { config: { action: 'status:read' } }, () => report(context));
    app.get('/swagger.json', { config: { open: true } }, (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(swagger),
    );
  };
