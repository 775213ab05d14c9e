/** Ending what runs in a worker: ask, wait, kill. */

export interface Stoppable {
  /** SIGINT to the interpreter. */
  interrupt(): void;
  /** SIGKILL to everything the worker started. */
  kill(): void;
}

/**
 * Interrupts, and kills unless the returned function is called within the grace. User code may catch an interrupt,
 * and BLAS, `system()` and `sum(range(10**10))` never notice one.
 */
export function interruptThenKill(worker: Stoppable, graceMs: number): () => void {
  worker.interrupt();
  const timer = setTimeout(() => worker.kill(), graceMs);
  return () => clearTimeout(timer);
}

/** Sends a signal; a process (or, negative, a group) that is gone already is what was wanted. */
export function signal(pid: number, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
