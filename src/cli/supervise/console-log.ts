import { mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRole } from '../../config/environment.ts';
import type { HomePaths } from '../../config/home.ts';
import { logFolderOf } from '../nodes/local-node.ts';

const maxBytes = 10 * 1024 * 1024;

/** Where stdout and stderr of a node go: what it says before its log is open, and when it crashes. */
export const consoleLog = (home: HomePaths, role: NodeRole): string =>
  join(logFolderOf(home, role), `${role}-console.log`);

/** Opens it for appending. Past 10 MiB it starts anew and the former one is kept beside it. */
export function openConsoleLog(home: HomePaths, role: NodeRole): number {
  const path = consoleLog(home, role);
  mkdirSync(logFolderOf(home, role), { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o640);
}
