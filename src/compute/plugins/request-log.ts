import type { Logger } from '../../lib/logger.ts';
import type { ComputeApp } from './compute-app.ts';

/** At Information: one line for every control call, with the correlation id of the request it serves. */
export function requestLog(app: ComputeApp, logger: Logger): void {
  if (!logger.enabled('Information')) return;
  app.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0];
    const milliseconds = Math.round(reply.elapsedTime);
    logger.information(
      `${request.method} ${path} ${reply.statusCode} in ${milliseconds} ms (request ${request.id})`,
    );
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    logger.information(
      `${request.method} ${request.url.split('?', 1)[0]}: the caller left (request ${request.id})`,
    );
    done();
  });
}
