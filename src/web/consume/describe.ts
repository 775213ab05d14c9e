import { swaggerDocument } from '../../domain/swagger-document.ts';
import type { WebContext } from '../context.ts';
import { findService } from './consume.ts';

/** The Swagger document of a version as text, made once per definition. */
export async function describe(context: WebContext, name: string, version: string): Promise<string> {
  const entry = await findService(context, name, version);
  entry.swagger ??= JSON.stringify(swaggerDocument(entry.service), null, 2);
  return entry.swagger;
}
