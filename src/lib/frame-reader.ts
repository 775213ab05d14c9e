/**
 * Cuts a byte stream into frames of `u32 length (little-endian) | payload`. Payloads are views into what arrived
 * wherever a frame lies within one chunk, so small frames cost no copy; a frame that spans chunks is copied once.
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #onFrame: (payload: Buffer) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #wanted = 4;

  /** `onFrame` gets each payload in order; a frame above `maxBytes` throws from `push`. */
  constructor(maxBytes: number, onFrame: (payload: Buffer) => void) {
    this.#maxBytes = maxBytes;
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#pendingBytes > 0) {
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
      if (this.#pendingBytes < this.#wanted) return;
      rest = Buffer.concat(this.#pending, this.#pendingBytes);
      this.#pending = [];
      this.#pendingBytes = 0;
    }
    let offset = 0;
    for (;;) {
      const available = rest.length - offset;
      if (available < 4) {
        this.#wanted = 4;
        break;
      }
      const length = rest.readUInt32LE(offset);
      if (length > this.#maxBytes)
        throw new RangeError(`A frame of ${length} bytes exceeds the limit of ${this.#maxBytes}.`);
      if (available < 4 + length) {
        this.#wanted = 4 + length;
        break;
      }
      this.#onFrame(rest.subarray(offset + 4, offset + 4 + length));
      offset += 4 + length;
    }
    if (offset < rest.length) {
      const remainder = offset === 0 ? rest : rest.subarray(offset);
      this.#pending = [remainder];
      this.#pendingBytes = remainder.length;
    }
  }
}
