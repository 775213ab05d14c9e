/** Levels of `Logging.LogLevel`, most talkative first. */
export const logLevels = ['Verbose', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where log lines go. `message` must be free of secrets; an error's stack is written, its request never. */
export interface Logger {
  readonly level: LogLevel;
  enabled(level: LogLevel): boolean;
  debug(message: string): void;
  information(message: string): void;
  warning(message: string, cause?: unknown): void;
  error(message: string, cause?: unknown): void;
  critical(message: string, cause?: unknown): void;
}

/** Makes a logger that hands finished lines (`2026-11-25 10:00:00.123 +00:00 [Warning] text`) to `write`. */
export function createLogger(level: LogLevel, write: (line: string) => void): Logger {
  const threshold = logLevels.indexOf(level);
  const enabled = (candidate: LogLevel): boolean => logLevels.indexOf(candidate) >= threshold;
  const log = (candidate: LogLevel, message: string, cause?: unknown): void => {
    if (enabled(candidate)) write(`${timestamp(new Date())} [${candidate}] ${message}${describe(cause)}\n`);
  };
  return {
    level,
    enabled,
    debug: (message) => log('Debug', message),
    information: (message) => log('Information', message),
    warning: (message, cause) => log('Warning', message, cause),
    error: (message, cause) => log('Error', message, cause),
    critical: (message, cause) => log('Critical', message, cause),
  };
}

/** For tests and tools that want no log. */
export const silentLogger: Logger = createLogger('None', () => {});

const timestamp = (time: Date): string => `${time.toISOString().slice(0, 23).replace('T', ' ')} +00:00`;

function describe(cause: unknown): string {
  if (cause === undefined) return '';
  if (!(cause instanceof Error)) return `: ${String(cause)}`;
  const nested = cause.cause === undefined ? '' : ` <- ${String(cause.cause)}`;
  return `: ${cause.stack ?? cause.message}${nested}`;
}
