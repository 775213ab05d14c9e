import { type Readable, Transform } from 'node:stream';
import { PlinthError } from '../../domain/errors.ts';
import { callSession, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';

/** Passes bytes on to the compute node as they come, never more of them than an upload may have. */
export async function sendStream(
  ports: SessionPorts,
  visit: Visit,
  path: string,
  source: Readable,
  signal: AbortSignal,
): Promise<void> {
  const body = limited(source, ports.context.config.Kestrel.Limits.MaxRequestBodySize);
  try {
    const answer = await callSession(ports, visit, { method: 'PUT', path, body, signal });
    answer.body.resume();
  } catch (error) {
    throw body.errored instanceof PlinthError ? body.errored : error;
  } finally {
    body.destroy();
  }
}

function limited(source: Readable, limit: number): Readable {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= limit) done(null, chunk);
      else done(new PlinthError('PayloadTooLarge', `An upload may have ${limit} bytes at most.`));
    },
  });
  // Not `pipeline`: that would destroy a request whose rest must still be read (session-routes, onError).
  source.once('error', (error) => counted.destroy(error));
  return source.pipe(counted);
}
