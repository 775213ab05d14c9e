import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { BusyWatch } from './busy-watch.ts';
import type { ConsoleFile } from './console-file.ts';
import type { ContainedProcess } from './contained-process.ts';
import { folderUsage } from './folder-usage.ts';
import type { Job, JobEnd, JobLimits, JobReply, ReadyReply, WorkerJob } from './job.ts';
import type { Launcher } from './launcher.ts';
import { interruptThenKill } from './terminate.ts';
import { WorkerChannel } from './worker-channel.ts';
import type { WorkerFolder } from './worker-folder.ts';

interface Pending extends Job {
  number: number;
  ended: (end: JobEnd) => void;
  startedAt: number;
  stopGrace: number | null;
  /** Set while it is being interrupted: takes the pending kill back. */
  disarm: (() => number) | null;
  /** What `watch` found against it. */
  verdict: JobEnd | null;
  measuring: boolean;
}

export interface WorkerParts {
  launcher: Launcher;
  folder: WorkerFolder;
  /** User id it runs under, or null for this process's own. */
  uid: number | null;
  console: ConsoleFile;
  process: ContainedProcess;
  watch: BusyWatch;
  interruptGrace: number;
  logger: Logger;
  /** Gives back what the worker held; called when no process of it is left. */
  dispose: () => Promise<void>;
}

const measureAfterMs = 1000;

/**
 * One R or Python process: jobs in, replies out, in order. The oldest job in flight is the one that runs; the others
 * wait in the pipe.
 */
export class WorkerProcess {
  readonly launcher: Launcher;
  readonly folder: WorkerFolder;
  readonly uid: number | null;
  readonly console: ConsoleFile;
  readonly process: ContainedProcess;
  /** The first frame; rejects when the worker ends before it. */
  readonly ready: Promise<ReadyReply>;
  /** Resolves when no process of it is left, every job has ended and its folder is removed. */
  readonly gone: Promise<void>;
  limits: JobLimits = { WallClock: Number.POSITIVE_INFINITY, WorkingDirectory: Number.POSITIVE_INFINITY };
  readonly #parts: WorkerParts;
  readonly #channel: WorkerChannel;
  readonly #greeting = Promise.withResolvers<ReadyReply>();
  #jobs: Pending[] = [];
  #lastNumber = 0;
  #alive = true;
  /** An interrupt was sent that its job did not need to end: it may hit the next one. */
  #stray = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.launcher = parts.launcher;
    this.folder = parts.folder;
    this.uid = parts.uid;
    this.console = parts.console;
    this.process = parts.process;
    this.ready = this.#greeting.promise;
    this.#channel = new WorkerChannel(
      parts.folder,
      (payload) => this.#receive(payload),
      (error) => this.#distrust(error),
    );
    this.gone = parts.process.exited.then((how) => this.#bury(how));
  }

  /** False from the moment it was killed or died. */
  get alive(): boolean {
    return this.#alive;
  }

  get inFlight(): number {
    return this.#jobs.length;
  }

  /** Milliseconds the running job has taken so far; 0 without one. */
  get runningFor(): number {
    const running = this.#jobs[0];
    return running === undefined ? 0 : performance.now() - running.startedAt;
  }

  /** Writes a job; `ended` is called once, never before this returns. Throws, with nothing written, when the job cannot be encoded. */
  send(job: WorkerJob, ended: (end: JobEnd) => void): Job {
    if (!this.#alive) throw new Error('A job was sent to a worker that has ended.');
    const number = this.#lastNumber + 1;
    this.#channel.write(this.launcher.codec.encode({ ...job, job: number }));
    this.#lastNumber = number;
    const pending: Pending = {
      number,
      ended,
      startedAt: performance.now(),
      stopGrace: null,
      disarm: null,
      verdict: null,
      measuring: false,
      stop: (graceMs) => this.#stop(pending, graceMs),
    };
    this.#jobs.push(pending);
    if (this.#jobs.length === 1) this.#parts.watch.add(this);
    return pending;
  }

  /** SIGKILL to all of it; `gone` tells when it is done. */
  kill(): void {
    this.#alive = false;
    this.process.kill();
  }

  /** Bounds the running job's console, time and disk. */
  watch(now: number): void {
    const running = this.#jobs[0];
    if (running === undefined || !this.#alive) return;
    this.console.bound(this.#jobs.length);
    const elapsed = now - running.startedAt;
    if (elapsed > this.limits.WallClock)
      this.#condemn(running, {
        kind: 'overdue',
        error: new PlinthError(
          'DeadlineExceeded',
          `The call ran longer than ${this.limits.WallClock / 1000} seconds and was stopped.`,
        ),
      });
    else if (elapsed > measureAfterMs && !running.measuring) void this.#measure(running);
  }

  async #measure(running: Pending): Promise<void> {
    const limit = this.limits.WorkingDirectory;
    if (!Number.isFinite(limit)) return;
    running.measuring = true;
    const used =
      (await folderUsage(this.folder.work, limit)) + (await folderUsage(this.folder.temporary, limit));
    if (used > limit)
      this.#condemn(running, {
        kind: 'excess',
        message: `The code wrote more than ${limit} bytes of files and was stopped.`,
      });
    setTimeout(() => {
      running.measuring = false;
    }, measureAfterMs).unref();
  }

  #condemn(job: Pending, verdict: JobEnd): void {
    if (job.verdict !== null || !this.#jobs.includes(job)) return;
    job.verdict = verdict;
    this.#stop(job, this.#parts.interruptGrace);
  }

  #stop(job: Pending, graceMs: number): void {
    if (job.stopGrace !== null || !this.#alive) return;
    job.stopGrace = graceMs;
    if (job === this.#jobs[0]) job.disarm = interruptThenKill(this, graceMs);
  }

  interrupt(): void {
    this.process.interrupt();
  }

  #receive(payload: Buffer): void {
    const reply = this.launcher.codec.decode(payload);
    if (reply.kind === 'ready') {
      this.#greeting.resolve(reply);
      return;
    }
    const job = this.#jobs[0];
    // A worker interrupted while it answered may answer twice; the second reply names a job that has ended.
    if (job === undefined || reply.job < job.number) return;
    if (reply.job !== job.number) throw new RangeError(`Reply to job ${reply.job} instead of ${job.number}.`);
    this.#finish(job, reply);
  }

  #finish(job: Pending, reply: JobReply): void {
    const console = this.console.take(reply.consoleEnd);
    const interrupted = reply.kind === 'failed' && reply.reason === 'interrupted';
    this.#jobs.shift();
    const interrupts = job.disarm?.() ?? 0;
    this.#startNext();
    if (interrupts > (interrupted ? 1 : 0)) this.#absorbInterrupt();
    if (interrupted && job.disarm === null && this.#stray) {
      this.#stray = false;
      job.ended({ kind: 'lost', began: false, how: 'an interrupt meant for the call before' });
    } else job.ended(job.verdict ?? { kind: 'reply', reply, console });
  }

  #startNext(): void {
    const next = this.#jobs[0];
    if (next === undefined) {
      this.#parts.watch.delete(this);
      this.console.tidy();
      return;
    }
    next.startedAt = performance.now();
    if (next.stopGrace !== null && this.#alive) next.disarm = interruptThenKill(this, next.stopGrace);
  }

  /** The interrupt may have come when its job had just ended. Idle work takes it, before a call does. */
  #absorbInterrupt(): void {
    if (!this.#alive) return;
    this.#stray = true;
    this.send({ kind: 'collect' }, () => {
      this.#stray = false;
    });
  }

  /** Nothing that comes from this worker can be believed any more. */
  #distrust(error: Error): void {
    if (!this.#alive) return;
    this.#parts.logger.error(`Interpreter ${this.folder.id} broke the protocol and is ended`, error);
    this.kill();
  }

  async #bury(how: string): Promise<void> {
    try {
      this.#channel.drain();
    } catch (error) {
      this.#distrust(error as Error);
    }
    this.#alive = false;
    this.#channel.close();
    this.#parts.watch.delete(this);
    this.#greeting.reject(new Error(`It ended with ${how}. Its last output: ${this.console.tail(2000)}`));
    const left = this.#jobs;
    this.#jobs = [];
    left.forEach((job, index) => {
      job.disarm?.();
      job.ended(job.verdict ?? { kind: 'lost', began: index === 0, how });
    });
    await this.#parts.dispose();
  }
}
