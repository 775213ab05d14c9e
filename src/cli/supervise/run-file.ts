import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRole } from '../../config/environment.ts';
import type { HomePaths } from '../../config/home.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

/** What a supervisor tells about itself and its node. */
export interface RunRecord {
  supervisor: ProcessIdentity;
  /** The node, or null while it waits to be started again. */
  node: ProcessIdentity | null;
  /** Where the node listens, by the settings it was started with; null when they were refused. */
  endpoint: string | null;
  /** ISO time of the node's start. */
  since: string | null;
  /** How often the node has ended by itself since it was last ready. */
  failures: number;
}

/** A node that ended this often before it was ready will not become so by itself. */
export const hopelessFailures = 3;

export const runFile = (home: HomePaths, role: NodeRole): string => join(home.run, `${role}.json`);

/** The record of the supervisor that was started last, whether it still runs or not; null when there is none. */
export function readRunRecord(home: HomePaths, role: NodeRole): RunRecord | null {
  try {
    return JSON.parse(readFileSync(runFile(home, role), 'utf8')) as RunRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Replaces the record in one step, so a reader never sees half of it. */
export function writeRunRecord(home: HomePaths, role: NodeRole, record: RunRecord): void {
  const path = runFile(home, role);
  mkdirSync(home.run, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(record));
  // `node list` works for everybody, whatever the umask of the node's account.
  chmodSync(temporary, 0o644);
  renameSync(temporary, path);
}

export const removeRunRecord = (home: HomePaths, role: NodeRole): void =>
  rmSync(runFile(home, role), { force: true });

/** What runs of a node right now. A node whose supervisor was killed runs on without one. */
export function runningParts(record: RunRecord | null): {
  supervisor: ProcessIdentity | null;
  node: ProcessIdentity | null;
} {
  const alive = (identity: ProcessIdentity | null | undefined): ProcessIdentity | null =>
    identity && isRunning(identity) ? identity : null;
  return { supervisor: alive(record?.supervisor), node: alive(record?.node) };
}

/** Whether a node or at least its supervisor runs. */
export const isStarted = (home: HomePaths, role: NodeRole): boolean => {
  const { supervisor, node } = runningParts(readRunRecord(home, role));
  return supervisor !== null || node !== null;
};
