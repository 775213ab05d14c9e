const firstChunk = 512;
/** From here on an array becomes a part of its own: not copying it is worth more than one part less. */
const ownPart = 16 * 1024;

/** Collects little-endian bytes as parts to be sent one after another. Large arrays are not copied, so they must not change until sent. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];
  #chunk = Buffer.allocUnsafe(firstChunk);
  #length = 0;

  int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#chunk.writeInt32LE(value, this.#length);
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#length = this.#chunk.writeDoubleLE(value, this.#length);
  }

  /** The memory of a typed array, as it is: this is a little-endian machine (checked by `write.ts`). */
  array(values: Int32Array | Float64Array | Uint8Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    if (bytes.length >= ownPart) {
      this.#closeChunk();
      this.#parts.push(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#chunk.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Length in bytes, then UTF-8; lone surrogates become U+FFFD. */
  text(value: string): void {
    this.#reserve(4 + 3 * value.length);
    const written = this.#chunk.write(value, this.#length + 4, 'utf8');
    this.#chunk.writeInt32LE(written, this.#length);
    this.#length += 4 + written;
  }

  finish(): Uint8Array[] {
    this.#closeChunk();
    return this.#parts;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#chunk.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#chunk.length));
    this.#chunk.copy(larger, 0, 0, this.#length);
    this.#chunk = larger;
  }

  #closeChunk(): void {
    if (this.#length > 0) this.#parts.push(this.#chunk.subarray(0, this.#length));
    this.#chunk = Buffer.allocUnsafe(firstChunk);
    this.#length = 0;
  }
}
