import { type FastifyError, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { WebNodeConfig } from '../contracts/config.ts';
import { correlationId } from './plugins/correlation.ts';
import { clientError } from './plugins/protocol-errors.ts';
import type { SchemaTypes, WebApp } from './plugins/web-app.ts';

/** A server without routes: how HTTP is read and what one client may ask of the listener. */
export function createServer(
  { Kestrel: { Limits } }: WebNodeConfig,
  malformedPath: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => unknown,
): WebApp {
  return fastify({
    logger: false,
    genReqId: correlationId,
    frameworkErrors: malformedPath,
    clientErrorHandler: clientError,
    trustProxy: 'loopback',
    bodyLimit: Limits.MaxJsonBodySize,
    requestTimeout: Limits.RequestTimeout,
    keepAliveTimeout: Limits.KeepAliveTimeout,
    http: { headersTimeout: Limits.HeadersTimeout, maxHeaderSize: 32 * 1024 },
    // While stopping, requests on open connections are still answered, with our error body if it comes to that.
    return503OnClosing: false,
    routerOptions: {
      // Literal words match in any case, names keep theirs; a name may fill the whole request line.
      caseSensitive: false,
      ignoreTrailingSlash: true,
      maxParamLength: 32 * 1024,
    },
  }).withTypeProvider<SchemaTypes>();
}
