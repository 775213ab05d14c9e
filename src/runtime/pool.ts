import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  /** Name of the runtime, for the log. */
  name: string;
  /** Blank workers kept ready. */
  initialSize: number;
  /** Workers that may exist at all. */
  hardLimit: number;
  /** Starts that may be under way at once: more would only take the CPUs from each other. */
  parallelStarts: number;
  start(): Promise<WorkerProcess>;
  /** Begins to end an idle leased worker; false when there is none. */
  makeRoom(): boolean;
  logger: Logger;
}

interface Waiting extends PromiseWithResolvers<WorkerProcess> {
  /** Starts that failed while this caller was first. */
  failures: number;
}

const startsPerCaller = 2;
const firstPauseMs = 250;
const longestPauseMs = 30_000;

/** Blank workers of one runtime: kept ready, handed out once, replaced in the background. */
export class BlankPool {
  readonly #options: PoolOptions;
  readonly #existing = new Set<WorkerProcess>();
  #blanks: WorkerProcess[] = [];
  #waiting: Waiting[] = [];
  #starting = 0;
  #stopped = false;
  /** Starts that failed in a row; while the pause lasts only waiting callers cause further ones. */
  #failures = 0;
  #pause: NodeJS.Timeout | null = null;
  /** Called once no start is under way. */
  #onSettled: (() => void)[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** All that exist, leased ones and those being started included. */
  get size(): number {
    return this.#existing.size + this.#starting;
  }

  get blank(): number {
    return this.#blanks.length;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether a further worker could be leased without ending another. */
  get open(): boolean {
    return !this.#stopped && (this.#blanks.length > 0 || this.size < this.#options.hardLimit);
  }

  /** Fills the stock; resolves when it stands, or when a start failed (logged, tried again later). */
  fill(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onSettled.push(resolve);
    this.#pump();
    return promise;
  }

  /** A blank worker, the caller's until it is killed or given back untouched. Throws ServiceBusy at the hard limit. */
  async lease(): Promise<WorkerProcess> {
    if (this.#stopped) throw busy('This compute node is stopping.');
    const waiting: Waiting = { ...Promise.withResolvers<WorkerProcess>(), failures: 0 };
    this.#waiting.push(waiting);
    this.#pump();
    if (this.#waiting.includes(waiting) && !this.#canServeAll() && !this.#options.makeRoom()) {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      throw busy(
        `All ${this.#options.hardLimit} ${this.#options.name} interpreters of this node are taken. ` +
          'Try again later, or raise Pool.HardLimit.',
      );
    }
    return waiting.promise;
  }

  /** For a lease that was not used after all. */
  giveBack(worker: WorkerProcess): void {
    if (this.#stopped) worker.kill();
    if (!worker.alive) return;
    this.#blanks.push(worker);
    this.#pump();
  }

  /** Ends blank workers and refuses leases; resolves when every worker of the pool is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#pause !== null) clearTimeout(this.#pause);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(busy('This compute node is stopping.'));
    for (const worker of this.#existing) worker.kill();
    if (this.#starting > 0) await new Promise<void>((resolve) => this.#onSettled.push(resolve));
    await Promise.all([...this.#existing].map((worker) => worker.gone));
  }

  #pump(): void {
    this.#blanks = this.#blanks.filter((worker) => worker.alive);
    while (this.#waiting.length > 0 && this.#blanks.length > 0)
      this.#waiting.shift()?.resolve(this.#blanks.shift() as WorkerProcess);
    const { hardLimit, parallelStarts } = this.#options;
    while (this.#starting < Math.min(this.#wanted(), parallelStarts) && this.size < hardLimit)
      void this.#startOne();
    if (this.#starting === 0) for (const settled of this.#onSettled.splice(0)) settled();
  }

  /** Workers to be started in all, those under way included. */
  #wanted(): number {
    if (this.#stopped) return 0;
    const stock = this.#pause === null ? Math.max(0, this.#options.initialSize - this.#blanks.length) : 0;
    return this.#waiting.length + stock;
  }

  #canServeAll(): boolean {
    const leaving = [...this.#existing].filter((worker) => !worker.alive).length;
    return this.#waiting.length <= this.#options.hardLimit - this.#existing.size + leaving;
  }

  async #startOne(): Promise<void> {
    this.#starting += 1;
    try {
      const worker = await this.#options.start();
      this.#existing.add(worker);
      void worker.gone.then(() => this.#forget(worker));
      if (this.#stopped) worker.kill();
      else this.#blanks.push(worker);
      this.#failures = 0;
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      this.#starting -= 1;
      this.#pump();
    }
  }

  #forget(worker: WorkerProcess): void {
    this.#existing.delete(worker);
    if (this.#blanks.includes(worker) && !this.#stopped) this.#fail(new Error('A blank interpreter died.'));
    this.#pump();
  }

  #fail(error: Error): void {
    const { name, logger } = this.#options;
    logger.error(`An interpreter of ${name} could not be started`, error);
    // One failed start may be an accident; who waited for two is told.
    const first = this.#waiting[0];
    if (first !== undefined) first.failures += 1;
    if (first !== undefined && first.failures === startsPerCaller) {
      this.#waiting.shift();
      const message = `No ${name} interpreter can be started on this node now.`;
      first.reject(new PlinthError('ServiceBusy', message, { cause: error }));
    }
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
    this.#failures += 1;
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#pump();
    }, pauseMs).unref();
  }
}

const busy = (message: string): PlinthError => new PlinthError('ServiceBusy', message);
