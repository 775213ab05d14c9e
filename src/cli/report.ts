import type { Io } from './io.ts';

/** How much a command tells on the way. */
export type Verbosity = 'normal' | 'verbose' | 'debug';

/** Everything that is no result goes through here, to stderr. Texts must be free of secrets. */
export interface Report {
  readonly verbosity: Verbosity;
  /** Something the caller should know although the command goes on. */
  warn(text: string): void;
  /** What happens now. */
  progress(text: string): void;
  /** Shown with --verbose. */
  detail(text: string): void;
}

export function createReport(io: Io, verbosity: Verbosity): Report {
  const line = (text: string): void => void io.stderr.write(`${text}\n`);
  return {
    verbosity,
    warn: (text) => line(`WARNING: ${text}`),
    progress: line,
    detail: (text) => {
      if (verbosity !== 'normal') line(text);
    },
  };
}
