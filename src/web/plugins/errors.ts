import { randomUUID } from 'node:crypto';
import type { FastifyError } from 'fastify';
import { errorCatalogue } from '../../contracts/error-codes.ts';
import type { ErrorBody } from '../../contracts/rest/errors.ts';
import { PlinthError } from '../../domain/errors.ts';
import { isGuid } from '../../domain/guid.ts';
import type { Logger } from '../../lib/logger.ts';
import { ClientGone } from './replies.ts';
import type { WebApp } from './web-app.ts';

/** The only place where a web node chooses a status: everything thrown becomes the error body of the catalogue. */
export function errors(app: WebApp, logger: Logger): void {
  app.setErrorHandler((thrown: FastifyError | PlinthError, request, reply) => {
    if (thrown instanceof ClientGone) return reply.hijack();
    const error = asPlinthError(thrown);
    if (error === null || (error.code === 'Internal' && !isGuid(error.message))) {
      const id = randomUUID();
      logger.error(`${id} ${request.method} ${request.url.split('?', 1)[0]} (request ${request.id})`, thrown);
      return reply.code(500).send(errorBody(new PlinthError('Internal', id)));
    }
    if (error.status === 401) reply.header('WWW-Authenticate', 'Bearer');
    if (error.status === 503) {
      reply.header('Retry-After', '1');
      logger.warning(`${error.message} (request ${request.id})`, error.cause);
    }
    return reply.code(error.status).send(errorBody(error));
  });
}

/** The error body of the REST API: the union of what old core and old service clients read. */
export const errorBody = (error: PlinthError): ErrorBody => ({
  message: error.message,
  link: null,
  exceptionType: errorCatalogue[error.code].exceptionType,
  code: error.status,
  fields: error.fields,
});

/** What the HTTP layer threw, in our words; null for anything unexpected. */
function asPlinthError(thrown: FastifyError | PlinthError): PlinthError | null {
  if (thrown instanceof PlinthError) return thrown;
  switch (thrown.statusCode) {
    case 413:
      return new PlinthError('PayloadTooLarge', thrown.message);
    case 406:
    case 415:
      return new PlinthError('UnsupportedMediaType', thrown.message);
    case 400:
      return new PlinthError('InvalidRequest', thrown.message);
    default:
      return null;
  }
}
