import type { Writable } from 'node:stream';

/** Frames up to this are copied together; larger parts are handed over as they are. */
const copyBytes = 32 * 1024;

/**
 * Writes frames of `u32 length | payload`, all frames of one turn of the event loop in one system call: many requests
 * arrive in one turn under load, and a write costs more than the work for a small request.
 */
export class FrameWriter {
  readonly #stream: Writable;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #scheduled = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Parts are written one after another as one payload; they must not change afterwards. */
  write(parts: readonly Uint8Array[]): void {
    let length = 0;
    for (const part of parts) length += part.length;
    const prefix = Buffer.allocUnsafe(4);
    prefix.writeUInt32LE(length);
    this.#parts.push(prefix, ...parts);
    this.#bytes += 4 + length;
    if (this.#bytes > copyBytes) {
      this.#flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    const parts = this.#parts;
    const bytes = this.#bytes;
    if (bytes === 0) return;
    this.#parts = [];
    this.#bytes = 0;
    if (bytes <= copyBytes) {
      this.#stream.write(Buffer.concat(parts, bytes));
      return;
    }
    this.#stream.cork();
    for (const part of parts) if (part.length > 0) this.#stream.write(part);
    this.#stream.uncork();
  }
}
