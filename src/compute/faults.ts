import { randomUUID } from 'node:crypto';
import { PlinthError } from '../domain/errors.ts';
import { isGuid } from '../domain/guid.ts';
import type { Logger } from '../lib/logger.ts';

/** 409 that asks for a blob; `hash` is what must be PUT before the call is made again. */
export class MissingBlob extends PlinthError {
  readonly hash: string;

  constructor(hash: string) {
    super('Conflict', `This compute node does not hold the snapshot ${hash}. Send it and repeat the call.`);
    this.hash = hash;
  }
}

/**
 * What a caller may learn of a failure. A bug or a lost interpreter becomes a GUID, and the log has the rest under it;
 * `what` says there what was tried.
 */
export function reportFault(thrown: unknown, what: string, logger: Logger): PlinthError {
  const error = thrown instanceof PlinthError ? thrown : null;
  const code = error?.code ?? 'Internal';
  if (error !== null && (isGuid(error.message) || (code !== 'Internal' && code !== 'InterpreterLost'))) {
    const line = `${what} failed: ${code}: ${error.message}`;
    // What a caller did wrong is its own business; a stranger at the door and a node that cannot work are ours.
    if (error.status >= 500 || code === 'Forbidden') logger.warning(line, error.cause);
    else logger.information(line);
    return error;
  }
  const id = randomUUID();
  logger.error(`${id} ${what} failed`, thrown);
  return new PlinthError(code, id, { cause: thrown });
}
