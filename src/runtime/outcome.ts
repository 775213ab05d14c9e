/** From the end of a job to what a caller learns. */
import { randomUUID } from 'node:crypto';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { JobEnd, JobReply } from './job.ts';
import type { CallContext, Outcome } from './runtime.ts';

/** Microseconds. */
export type Preparation = Pick<Outcome['timings'], 'createShell' | 'initializeShell'>;

/** The outcome of a run of code, or a throw of what became of it: DeadlineExceeded, InterpreterLost. */
export function toOutcome(
  end: JobEnd,
  preparation: Preparation,
  lost: (how: string) => PlinthError,
): Outcome {
  if (end.kind === 'lost') throw lost(end.how);
  if (end.kind === 'overdue') throw end.error;
  if (end.kind === 'excess') return failedOutcome(end.message, preparation);
  const { reply, console } = end;
  const ok = reply.kind === 'done';
  return {
    ok,
    errorMessage: ok ? '' : reply.message,
    outputs: ok ? reply.outputs : [],
    files: reply.files,
    consoleOutput: console,
    changedFiles: reply.changedFiles,
    timings: { ...preparation, interpreter: Math.round(reply.elapsed) },
  };
}

export const failedOutcome = (errorMessage: string, preparation: Preparation): Outcome => ({
  ok: false,
  errorMessage,
  outputs: [],
  files: [],
  consoleOutput: '',
  changedFiles: [],
  timings: { ...preparation, interpreter: 0 },
});

/** The reply to a job that is not a run of the user's code; throws as `toOutcome` does. */
export function toReply(end: JobEnd, lost: (how: string) => PlinthError): JobReply {
  if (end.kind === 'lost') throw lost(end.how);
  if (end.kind === 'overdue') throw end.error;
  if (end.kind === 'excess') throw new PlinthError('InvalidRequest', end.message);
  return end.reply;
}

/** Logs what happened under a GUID; the GUID is all that leaves this machine (decision 9). */
export function interpreterLost(
  logger: Logger,
  what: string,
  how: string,
  context?: CallContext,
): PlinthError {
  const reference = randomUUID();
  const call = context === undefined ? '' : ` in call ${context.correlationId} of ${context.caller}`;
  logger.error(`${reference}: the interpreter of ${what} was lost${call}: ${how}`);
  return new PlinthError('InterpreterLost', reference);
}
