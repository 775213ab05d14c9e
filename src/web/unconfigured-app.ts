import type { WebNodeConfig } from '../contracts/config.ts';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { correlation } from './plugins/correlation.ts';
import { errorBody, errors } from './plugins/errors.ts';
import type { WebApp } from './plugins/web-app.ts';
import { createServer } from './server.ts';

/** A node that was not set up says that it is alive, and to everything else that it has to be set up first. */
export function buildUnconfiguredApp(config: WebNodeConfig, logger: Logger): WebApp {
  const app = createServer(config, (_error, _request, reply) => reply.code(503).send(errorBody(refusal())));
  correlation(app);
  errors(app, logger);
  for (const path of ['/ping', '/livez', '/healthz'])
    app.get(path, (_request, reply) => reply.type('text/plain').send('pong'));
  app.setNotFoundHandler(() => {
    throw refusal();
  });
  return app;
}

const refusal = (): PlinthError =>
  new PlinthError(
    'NotConfigured',
    'This web node has not been set up; run "plinth admin node setup" on its machine.',
  );
