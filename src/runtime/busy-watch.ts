export interface Watched {
  /** Called every 100 ms with `performance.now()`. */
  watch(now: number): void;
}

const intervalMs = 100;

/** One timer for all workers that have work; none while there is none, and nothing per call but a Set entry. */
export class BusyWatch {
  readonly #busy = new Set<Watched>();
  #timer: NodeJS.Timeout | null = null;

  add(worker: Watched): void {
    this.#busy.add(worker);
    this.#timer ??= setInterval(() => this.#tick(), intervalMs).unref();
  }

  delete(worker: Watched): void {
    this.#busy.delete(worker);
  }

  #tick(): void {
    if (this.#busy.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    const now = performance.now();
    for (const worker of this.#busy) worker.watch(now);
  }
}
