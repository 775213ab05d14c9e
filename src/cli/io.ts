import type { Readable, Writable } from 'node:stream';
import { type Environment, processEnvironment } from '../config/environment.ts';

/** What a command sees of the world around it. Results go to `stdout`; everything else goes to `stderr`. */
export interface Io {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean };
  readonly environment: Environment;
  readonly isRoot: boolean;
}

/** The streams and variables of this process. */
export const processIo = (): Io => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: processEnvironment(),
  isRoot: process.getuid?.() === 0,
});
