/** Ending what runs in a worker: ask, wait, kill. */

export interface Stoppable {
  /** SIGINT to the interpreter. */
  interrupt(): void;
  /** SIGKILL to everything the worker started. */
  kill(): void;
}

/** An interrupt may come before the interpreter has begun the code it is meant for, and be ignored. */
const repeatMs = (graceMs: number): number => Math.min(500, graceMs / 4);

/**
 * Interrupts, and kills unless the returned function is called within the grace; that tells how many interrupts were
 * sent. User code may catch an interrupt, and BLAS, `system()` and `sum(range(10**10))` never notice one.
 */
export function interruptThenKill(worker: Stoppable, graceMs: number): () => number {
  let sent = 0;
  const interrupt = () => {
    worker.interrupt();
    sent += 1;
  };
  interrupt();
  const repeat = setInterval(interrupt, repeatMs(graceMs));
  const kill = setTimeout(() => worker.kill(), graceMs);
  return () => {
    clearInterval(repeat);
    clearTimeout(kill);
    return sent;
  };
}

/** Sends a signal; a process (or, negative, a group) that is gone already is what was wanted. */
export function signal(pid: number, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
