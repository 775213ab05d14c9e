import { cpuSeconds, residentBytes } from './process-table.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Growth of a worker's memory since it was loaded above which it is replaced: twice, and this much. */
const memoryGrowth = 512 * 1024 ** 2;
const collectAfterMs = 1000;

export interface WearLimits {
  /** `Pool.MaxCallsPerWorker`. */
  calls: number;
  /** `Limits.Call.CpuSeconds`. */
  cpuSeconds: number;
}

/** A worker that has loaded one service version. */
export class ServiceWorker {
  readonly process: WorkerProcess;
  /** Microseconds the load took. */
  readonly loadTime: number;
  /** Calls given to it and not yet ended. */
  busy = 0;
  calls = 0;
  /** `performance.now()` of the end of the last call. */
  lastUse = performance.now();
  /** Being warmed, to take its place. */
  successor: Promise<ServiceWorker | null> | null = null;
  readonly #loadedBytes: number;
  #collected = false;

  constructor(process: WorkerProcess, loadTime: number) {
    this.process = process;
    this.loadTime = loadTime;
    this.#loadedBytes = this.#resident();
  }

  begin(): void {
    this.busy += 1;
    this.calls += 1;
    this.#collected = false;
  }

  end(): void {
    this.busy -= 1;
    this.lastUse = performance.now();
  }

  /** After a burst, garbage is collected before the next one: a full collection of R takes 35 ms. */
  collectWhenIdle(now: number): void {
    if (this.#collected || this.process.inFlight > 0 || !this.process.alive) return;
    if (now - this.lastUse < collectAfterMs) return;
    this.#collected = true;
    this.process.send({ kind: 'collect' }, () => {});
  }

  /** Whether it served long enough, or grew, and should make place for a fresh one. */
  worn(limits: WearLimits): boolean {
    const { interpreter } = this.process.process;
    return (
      this.calls >= limits.calls ||
      this.#resident() > this.#loadedBytes * 2 + memoryGrowth ||
      (interpreter !== null && (cpuSeconds(interpreter) ?? 0) > limits.cpuSeconds)
    );
  }

  #resident(): number {
    const { interpreter } = this.process.process;
    return interpreter === null ? 0 : (residentBytes(interpreter) ?? 0);
  }
}
