import { randomUUID } from 'node:crypto';
import { type FastifyReply, fastify } from 'fastify';
import { correlationHeader } from '../contracts/compute-api.ts';
import type { ComputeNodeConfig } from '../contracts/config.ts';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { blobRoutes } from './blobs/blob-routes.ts';
import type { ComputeContext } from './context.ts';
import { healthRoutes } from './health/health-routes.ts';
import { probeRoutes } from './health/probe-routes.ts';
import { type Admit, admission } from './plugins/admission.ts';
import { bodies } from './plugins/bodies.ts';
import type { ComputeApp, SchemaTypes } from './plugins/compute-app.ts';
import { errors, refuseUrl } from './plugins/errors.ts';
import { requestLog } from './plugins/request-log.ts';
import { serviceRoutes } from './services/service-routes.ts';
import { sessionRoutes } from './sessions/session-routes.ts';

/** The table of contents of the compute node: what every control call passes, in order, and what it can reach. */
export function buildComputeApp(context: ComputeContext): ComputeApp {
  const { config, logger, admit, ready } = context;
  const app = createServer(config, logger, admit);
  app.register(probeRoutes({ started: ready, ready }));
  app.register(healthRoutes(context));
  app.register(blobRoutes(context));
  app.register(serviceRoutes(context));
  app.register(sessionRoutes(context));
  return app;
}

/** A node that was not set up answers its probes and nothing else; it obeys nobody and trusts no key yet. */
export function buildUnconfiguredApp(config: ComputeNodeConfig, logger: Logger): ComputeApp {
  const app = createServer(config, logger, () => {
    throw new PlinthError(
      'NotConfigured',
      'This compute node has not been set up. Run "plinth admin node setup --computenode" on its machine.',
    );
  });
  return app.register(probeRoutes({ started: () => true, ready: () => false }));
}

function createServer({ Kestrel }: ComputeNodeConfig, logger: Logger, admit: Admit): ComputeApp {
  const { Limits } = Kestrel;
  const app: ComputeApp = fastify({
    logger: false,
    genReqId: ({ headers }) => {
      const given = headers[correlationHeader];
      return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
    },
    bodyLimit: Limits.MaxJsonBodySize,
    requestTimeout: Limits.RequestTimeout,
    keepAliveTimeout: Limits.KeepAliveTimeout,
    http: { headersTimeout: Limits.HeadersTimeout, maxHeaderSize: 32 * 1024 },
    // While stopping, calls on open connections are still answered.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 32 * 1024 },
    // A path that cannot be decoded reaches no route and no hook.
    frameworkErrors: (error, _request, reply) => refuseUrl(error, reply as FastifyReply),
  }).withTypeProvider<SchemaTypes>();
  errors(app, logger);
  bodies(app);
  requestLog(app, logger);
  admission(app, admit);
  return app;
}
