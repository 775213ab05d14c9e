import { consumeRoutes } from './consume/consume-routes.ts';
import type { WebContext } from './context.ts';
import { loginRoutes } from './login/login-routes.ts';
import { authenticate } from './plugins/authenticate.ts';
import { authorize } from './plugins/authorize.ts';
import { bodies } from './plugins/bodies.ts';
import { correlation } from './plugins/correlation.ts';
import { errors } from './plugins/errors.ts';
import { lastAnswers } from './plugins/last-answers.ts';
import { malformedPath } from './plugins/protocol-errors.ts';
import { requestLog } from './plugins/request-log.ts';
import { requestSchemas } from './plugins/request-schemas.ts';
import { unknownRoutes } from './plugins/unknown-routes.ts';
import type { WebApp } from './plugins/web-app.ts';
import { probeRoutes } from './probes/probe-routes.ts';
import { createServer } from './server.ts';
import { serviceRoutes } from './services/service-routes.ts';
import { sessionRoutes } from './sessions/session-routes.ts';
import { snapshotRoutes } from './snapshots/snapshot-routes.ts';
import { statusRoutes } from './status/status-routes.ts';

/** The table of contents of the web node: what every request passes, in order, and what it can reach. */
export function buildWebApp(context: WebContext): WebApp {
  const app = createServer(context.config, malformedPath(context.callers));
  correlation(app);
  errors(app, context.logger);
  lastAnswers(app);
  bodies(app);
  requestSchemas(app);
  authenticate(app, context.callers);
  requestLog(app, context.logger);
  authorize(app);
  unknownRoutes(app);

  app.register(probeRoutes(context));
  app.register(loginRoutes(context));
  app.register(serviceRoutes(context));
  app.register(consumeRoutes(context));
  app.register(sessionRoutes(context));
  app.register(snapshotRoutes(context));
  app.register(statusRoutes(context));
  return app;
}
