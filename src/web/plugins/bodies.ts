import type { FastifyRequest } from 'fastify';
import { invalidRequest, PlinthError } from '../../domain/errors.ts';
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

type Payload = NodeJS.ReadableStream;

/**
 * Reads request bodies by what the route wants, not by what the client calls them: old clients send empty bodies typed
 * as JSON, JSON without a type, and bodies on DELETE.
 */
export function bodies(app: WebApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: Payload) => {
    const { config, bodyLimit } = request.routeOptions;
    if (config.body === 'stream') return payload;
    const bytes = await readAll(request, payload, bodyLimit ?? 0);
    return config.body === 'bytes' ? bytes : parseJson(bytes, request.headers['content-type']);
  });
}

/**
 * The whole body; rejects with PayloadTooLarge as soon as it exceeds `limit` bytes. By events, because an asynchronous
 * iterator over a request took 6 µs more of every call.
 */
function readAll(request: FastifyRequest, payload: Payload, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const refuse = (): void => {
    payload.removeAllListeners('data');
    reject(
      new PlinthError(
        'PayloadTooLarge',
        `The request body exceeds ${limit} bytes, the limit of this operation (Kestrel.Limits.MaxJsonBodySize).`,
      ),
    );
  };
  if (Number(request.headers['content-length']) > limit) {
    refuse();
    return promise;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  payload.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) refuse();
  });
  payload.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
  payload.on('error', reject);
  return promise;
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
