import type { FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidRequest, PlinthError } from '../../domain/errors.ts';
import type { ComputeApp } from './compute-app.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bodies are JSON, whatever they are called, and must fit the schema of the route; a `stream` is left to its handler. */
export function bodies(app: ComputeApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async ({ routeOptions }: FastifyRequest, payload: AsyncIterable<Buffer>) =>
    routeOptions.config.stream === true ? undefined : readJson(payload, routeOptions.bodyLimit ?? 0),
  );
  app.setValidatorCompiler<TSchema>(({ schema }) => {
    const validator = Compile(schema);
    return (value: unknown) => {
      if (validator.Check(value)) return { value };
      const field = validator.Errors(value)[0]?.instancePath.slice(1).replaceAll('/', '.');
      return {
        error: invalidRequest(`The body does not fit this call${field ? ` at ${field}` : ''}.`, field),
      };
    };
  });
}

async function readJson(payload: AsyncIterable<Buffer>, limit: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    length += chunk.length;
    if (length > limit) throw new PlinthError('PayloadTooLarge', `The body exceeds ${limit} bytes.`);
    chunks.push(chunk);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(Buffer.concat(chunks, length)));
  } catch (cause) {
    throw invalidRequest(`The body is not valid JSON in UTF-8: ${(cause as Error).message}.`);
  }
}
