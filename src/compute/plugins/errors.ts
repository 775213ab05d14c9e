import type { FastifyError, FastifyReply } from 'fastify';
import type { ComputeErrorBody } from '../../contracts/compute-api.ts';
import { invalidRequest, notFound, PlinthError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { MissingBlob, reportFault } from '../faults.ts';
import type { ComputeApp } from './compute-app.ts';

/** Everything thrown by a control call becomes a ComputeErrorBody with the status of the catalogue. */
export function errors(app: ComputeApp, logger: Logger): void {
  app.setErrorHandler((thrown: FastifyError | PlinthError, request, reply) => {
    // Nobody waits for the answer of a call whose client has left; the request log has its line.
    if (reply.raw.destroyed) return reply;
    const path = request.url.split('?', 1)[0];
    const error = reportFault(
      inOurWords(thrown),
      `${request.method} ${path} (request ${request.id})`,
      logger,
    );
    if (error.status === 503) reply.header('Retry-After', '1');
    // What is left of an upload is read and dropped: a client still sending would otherwise never see this answer.
    request.raw.resume();
    return reply.code(error.status).send(errorBody(error));
  });
  app.setNotFoundHandler((request) => {
    throw notFound(`There is no ${request.method} ${request.url.split('?', 1)[0]} on a compute node.`);
  });
}

/** Answers a request whose path cannot even be read. */
export const refuseUrl = (error: Error, reply: FastifyReply): FastifyReply =>
  reply.code(400).send(errorBody(invalidRequest(error.message)));

/** The body of an error answer. */
export const errorBody = (error: PlinthError): ComputeErrorBody => ({
  error: error.code,
  message: error.message,
  fields: error.fields,
  ...(error instanceof MissingBlob ? { missingBlob: error.hash } : {}),
});

/** What the HTTP layer threw, as one of our errors; the rest is a bug and stays what it is. */
function inOurWords(thrown: FastifyError | PlinthError): unknown {
  if (thrown instanceof PlinthError) return thrown;
  if (thrown.statusCode === 413) return new PlinthError('PayloadTooLarge', thrown.message);
  if (thrown.statusCode === 400) return new PlinthError('InvalidRequest', thrown.message);
  return thrown;
}
