/** Runs tasks one after another in order of arrival. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves when everything added so far has ended; never rejects. */
  get current(): Promise<unknown> {
    return this.#last;
  }

  /**
   * Adds a task. When the signal fires, the promise rejects with its reason at once: a task that has not begun never
   * does, one that runs is told through the function it gave to `abandoned`, and the next begins when it has ended.
   */
  add<T>(
    signal: AbortSignal | undefined,
    task: (abandoned: (tell: () => void) => void) => Promise<T>,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let tell = () => {};
    const abort = () => {
      reject(signal?.reason);
      tell();
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    this.#last = this.#last.then(async () => {
      try {
        if (!signal?.aborted)
          resolve(
            await task((how) => {
              tell = how;
            }),
          );
      } catch (error) {
        reject(error);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    });
    return promise;
  }
}
