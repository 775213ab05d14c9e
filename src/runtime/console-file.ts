import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

/** A file without readers' interest above this size is emptied while its worker is idle. */
const idleBytes = 1024 ** 2;

const cutLine = (limit: number): string => `\n[The console output was cut after ${limit} bytes.]\n`;

/**
 * The file a worker's stdout and stderr are appended to. Each job's text is what lies between the previous job's end
 * and its own, so a job that prints nothing costs no system call (45 µs for a sink within R).
 */
export class ConsoleFile {
  /** Also the worker's descriptors 1 and 2. */
  readonly descriptor: number;
  /** Most bytes kept of one job. */
  limit: number;
  /** Where the text of the oldest running job begins. */
  #start = 0;
  /** Set while a job printed so much that the file was emptied under it: what it will be told instead. */
  #flood: { text: string; jobs: number } | null = null;

  constructor(path: string, limit: number) {
    this.descriptor = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW);
    this.limit = limit;
  }

  /** Text of the job that just ended with the file at `end` bytes. */
  take(end: number): string {
    if (this.#flood !== null) {
      const { text } = this.#flood;
      this.#flood.jobs -= 1;
      if (this.#flood.jobs === 0) this.#flood = null;
      this.#start = Math.min(end, this.#size());
      return text;
    }
    if (end <= this.#start) return '';
    const text = this.#text(this.#start, end);
    this.#start = end;
    return text;
  }

  /** Text of the running job so far. */
  soFar(): string {
    return this.#flood?.text ?? this.#text(this.#start, this.#size());
  }

  /**
   * Keeps endless printing off disk and memory: beyond the limit the first bytes are kept and the file is emptied.
   * With several jobs in flight nobody can say any more whose text it was, so all of them only learn that it was cut.
   */
  bound(jobs: number): void {
    const size = this.#size();
    if (size - this.#start <= this.limit) return;
    const kept = jobs === 1 ? this.#text(this.#start, size) : cutLine(this.limit);
    this.#flood ??= { text: kept, jobs };
    this.#empty();
  }

  /** For a worker without work. */
  tidy(): void {
    if (this.#start > idleBytes) this.#empty();
  }

  /** The last bytes, for the log when the worker died. */
  tail(bytes: number): string {
    const size = this.#size();
    return decode(this.#read(Math.max(0, size - bytes), size), true);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  #text(start: number, end: number): string {
    if (end <= start) return '';
    const whole = end - start <= this.limit;
    const text = decode(this.#read(start, whole ? end : start + this.limit), whole);
    return whole ? text : text + cutLine(this.limit);
  }

  #read(start: number, end: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.descriptor, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }

  #size(): number {
    return fstatSync(this.descriptor).size;
  }

  #empty(): void {
    ftruncateSync(this.descriptor, 0);
    this.#start = 0;
  }
}

/** User code prints any bytes; a character the cut goes through is left out. */
const decode = (bytes: Uint8Array, whole: boolean): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: !whole });
