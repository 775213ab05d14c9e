/** What /proc says about processes. Everything answers null for a process that is gone. */
import { readFileSync } from 'node:fs';

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return null;
    throw error;
  }
}

/** Fields of /proc/PID/stat from the third (state) on; the second, the name, may contain blanks and parentheses. */
function stat(pid: number): string[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Clock ticks since boot at which the process began: with its id, what names one process for good. */
export const startTime = (pid: number): string | null => stat(pid)?.[19] ?? null;

/** Whether the process is running or ready to run, as opposed to waiting for something. */
export const isRunnable = (pid: number): boolean => stat(pid)?.[0] === 'R';

/** Bytes of memory in use. */
export function residentBytes(pid: number): number | null {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/** Seconds of CPU time used; Linux counts them in hundredths on every platform Node runs on. */
export function cpuSeconds(pid: number): number | null {
  const fields = stat(pid);
  return fields === null ? null : (Number(fields[11]) + Number(fields[12])) / 100;
}

const children = (pid: number): number[] =>
  (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);

/** The oldest child. */
export const firstChild = (pid: number): number | null => children(pid)[0] ?? null;

/** Everything below a process, itself included. */
export const descendants = (pid: number): number[] => [pid, ...children(pid).flatMap(descendants)];

/** The id a process has in its own, innermost process namespace. */
const innerId = (pid: number): number | null => {
  const ids = /^NSpid:\s+(.+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]?.split(/\s+/);
  return ids === undefined ? null : Number(ids.at(-1));
};

/**
 * The processes from `root` down to the descendant that calls itself `reported` in its own process namespace, both
 * included: where an interpreter really is below the programs that contain it.
 */
export function lineage(root: number, reported: number): number[] | null {
  // The deepest match wins: the sandbox's own first processes may carry the same small numbers outside.
  for (const child of children(root)) {
    const below = lineage(child, reported);
    if (below !== null) return [root, ...below];
  }
  return innerId(root) === reported ? [root] : null;
}
