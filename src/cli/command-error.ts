import { errorCatalogue } from '../contracts/error-codes.ts';
import { PlinthError } from '../domain/errors.ts';

/** What the exit codes of the command line mean. */
export const exitCode = {
  success: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notSignedIn: 4,
  notPrivileged: 5,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Ends a command: what went wrong and what to do, each one sentence without a full stop, and the exit code. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly advice: string;
  /** Lines shown before the error, e.g. the end of a log. */
  readonly context: readonly string[];

  constructor(
    code: keyof typeof exitCode,
    what: string,
    advice: string,
    options: { cause?: unknown; context?: readonly string[] } = {},
  ) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CommandError';
    this.exitCode = exitCode[code];
    this.advice = advice;
    this.context = options.context ?? [];
  }
}

/** The exit code of whatever a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof PlinthError) return errorCatalogue[error.code].exitCode;
  return exitCode.failed;
}

/** `<what>. <what to do>.` on one line. */
export function describeError(error: unknown): string {
  if (error instanceof CommandError) return oneLine(`${error.message}. ${error.advice}.`);
  if (error instanceof PlinthError) return oneLine(error.message);
  return oneLine(
    `${error instanceof Error ? error.message : String(error)}. Repeat the command with --debug for details.`,
  );
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replace(/([.?!])\.(\s|$)/g, '$1$2');
