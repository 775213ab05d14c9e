import type { FastifyRequest } from 'fastify';
import { invalidRequest, PlinthError } from '../../domain/errors.ts';
import { readBody } from './read-body.ts';
import type { WebApp } from './web-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What the handler finds in `request.body`: parsed JSON (default; undefined when empty), the bytes as they came, or
     * the stream, which the route must bound itself.
     */
    body?: 'json' | 'bytes' | 'stream';
  }
}

/**
 * Reads request bodies by what the route wants, not by what the client calls them: old clients send empty bodies typed
 * as JSON, JSON without a type, and bodies on DELETE.
 */
export function bodies(app: WebApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: NodeJS.ReadableStream) => {
    const { config, bodyLimit } = request.routeOptions;
    if (config.body === 'stream') return payload;
    const bytes = await readBody(request, bodyLimit ?? 0);
    return config.body === 'bytes' ? bytes : parseJson(bytes, request.headers['content-type']);
  });
}

/** Undefined for an empty or blank body. Only UTF-8 is JSON. */
function parseJson(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length === 0) return undefined;
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset))
    throw new PlinthError(
      'UnsupportedMediaType',
      `Send JSON in UTF-8; the charset ${charset} is not supported.`,
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlinthError('InvalidRequest', 'The request body is not valid UTF-8.', { cause });
  }
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidRequest(`The request body is not valid JSON: ${(cause as Error).message}.`);
  }
}
