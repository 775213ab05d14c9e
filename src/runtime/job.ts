/** One job of a worker: what it is asked, how it ends. */
import type { WorkerReply, WorkerRequest } from '../contracts/worker-protocol.ts';
import type { PlinthError } from '../domain/errors.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'job'> : never;

/** A request before the worker numbers it. */
export type WorkerJob = Unnumbered<WorkerRequest>;
export type ReadyReply = Extract<WorkerReply, { kind: 'ready' }>;
export type JobReply = Exclude<WorkerReply, ReadyReply>;

/** What this process itself enforces on each job; milliseconds and bytes. */
export interface JobLimits {
  WallClock: number;
  WorkingDirectory: number;
}

/** How a job ended; every job ends exactly once. */
export type JobEnd =
  | { kind: 'reply'; reply: JobReply; console: string }
  /** The worker died. `began: false`: it had not come to this job, which may run elsewhere. */
  | { kind: 'lost'; began: boolean; how: string }
  /** It ran past WallClock and was stopped. */
  | { kind: 'overdue'; error: PlinthError }
  /** It took more than WorkingDirectory and was stopped: the code's own failure. */
  | { kind: 'excess'; message: string };

export interface Job {
  /** Interrupts it as soon as it is the one that runs, and kills the worker after the grace. */
  stop(graceMs: number): void;
}
