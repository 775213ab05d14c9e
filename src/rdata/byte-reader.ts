const longLength = -1;

/** Reads numbers and text from bytes; going past the end throws RangeError, and no length is believed before it is checked. */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  #offset = 0;

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  int32(): number {
    const start = this.#take(4);
    return this.#view.getInt32(start, this.#littleEndian);
  }

  /** Length of a vector whose elements take at least `bytesEach` bytes in what is left. */
  length(bytesEach: number): number {
    let length = this.int32();
    if (length === longLength) length = this.int32() * 2 ** 32 + (this.int32() >>> 0);
    if (length < 0 || length * bytesEach > this.remaining)
      throw new RangeError(`A length of ${length} exceeds what is left of the R data.`);
    return length;
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  /** UTF-8 with invalid sequences replaced, or Latin-1. */
  text(length: number, encoding: 'utf8' | 'latin1'): string {
    const start = this.#take(length);
    return this.#bytes.toString(encoding, start, start + length);
  }

  int32s(length: number): Int32Array {
    const values = new Int32Array(length);
    this.#copy(new Uint8Array(values.buffer))?.swap32();
    return values;
  }

  doubles(length: number): Float64Array {
    const values = new Float64Array(length);
    this.#copy(new Uint8Array(values.buffer))?.swap64();
    return values;
  }

  /** Fills `target`; returns it as a buffer when its bytes still need swapping. */
  #copy(target: Uint8Array): Buffer | null {
    const start = this.#take(target.length);
    target.set(this.#bytes.subarray(start, start + target.length));
    return this.#littleEndian ? null : Buffer.from(target.buffer);
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length < 0 || length > this.#bytes.length - start)
      throw new RangeError(`The R data ends ${length} bytes short.`);
    this.#offset = start + length;
    return start;
  }
}
