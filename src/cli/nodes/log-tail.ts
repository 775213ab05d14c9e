import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRole } from '../../config/environment.ts';
import type { HomePaths } from '../../config/home.ts';
import { logFolderOf } from './local-node.ts';

/** The end of what a node wrote last, from the newest file of its log folder. */
export function lastLogLines(home: HomePaths, role: NodeRole, count: number): string[] {
  const folder = logFolderOf(home, role);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const files = names.map((name) => ({ path: join(folder, name), stats: statSync(join(folder, name)) }));
  const [newest] = files
    .filter(({ stats }) => stats.isFile() && stats.size > 0)
    .sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs);
  return newest === undefined ? [] : readFileSync(newest.path, 'utf8').trimEnd().split('\n').slice(-count);
}
