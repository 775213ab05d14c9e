import type { HomePaths } from '../config/home.ts';
import type { Io } from './io.ts';
import type { Report } from './report.ts';

/** What a command works with. */
export interface CommandContext {
  readonly io: Io;
  readonly home: HomePaths;
  readonly report: Report;
}
