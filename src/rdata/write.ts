import { ByteWriter } from './byte-writer.ts';
import { charFlag, flag, typeCode } from './type-codes.ts';
import { type Attributes, attributesOf, type RValue } from './values.ts';

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * The native format of a little-endian machine, version 2: R copies it without swapping, and so do we. 1.4 is the
 * version of R named as the writer; 2.3.0 the oldest that can read it.
 */
const header = Buffer.from([0x42, 0x0a, 2, 0, 0, 0, 0, 4, 1, 0, 0, 3, 2, 0]);

/** Parts of the bytes that R's `unserialize()` turns into this object. Throws RangeError for what only R can make. */
export function writeSerialized(value: RValue): Uint8Array[] {
  if (!littleEndian) throw new RangeError('R data can only be written on a little-endian machine.');
  const bytes = new ByteWriter();
  bytes.array(header);
  new ObjectWriter(bytes).write(value);
  return bytes.finish();
}

class ObjectWriter {
  readonly #bytes: ByteWriter;
  readonly #symbols = new Map<string, number>();

  constructor(bytes: ByteWriter) {
    this.#bytes = bytes;
  }

  write(value: RValue): void {
    const bytes = this.#bytes;
    const attributes = attributesOf(value);
    switch (value.type) {
      case 'null':
        bytes.int32(typeCode.null);
        return;
      case 'logical':
      case 'integer':
      case 'double':
      case 'raw':
        this.#start(typeCode[value.type], attributes);
        bytes.int32(value.values.length);
        bytes.array(value.values);
        break;
      case 'complex':
        this.#start(typeCode.complex, attributes);
        bytes.int32(value.values.length / 2);
        bytes.array(value.values);
        break;
      case 'character':
        this.#start(typeCode.character, attributes);
        bytes.int32(value.values.length);
        for (const text of value.values) this.#string(text);
        break;
      case 'list':
      case 'expression':
        this.#start(typeCode[value.type], attributes);
        bytes.int32(value.values.length);
        for (const item of value.values) this.write(item);
        break;
      case 'symbol':
        this.#symbol(value.name);
        return;
      case 'pairlist':
      case 'language':
        this.#cells(value, attributes);
        return;
      case 'environment':
        this.#environment(value.kind);
        return;
      default:
        throw new RangeError(`An R object of type ${value.type} cannot be written.`);
    }
    this.#attributes(attributes);
  }

  #start(code: number, attributes: Attributes): void {
    let flags = code;
    if (attributes !== null && attributes.size > 0) flags |= flag.attributes;
    if (attributes?.has('class')) flags |= flag.object;
    this.#bytes.int32(flags);
  }

  #attributes(attributes: Attributes): void {
    if (attributes === null || attributes.size === 0) return;
    for (const [name, value] of attributes) this.#cell(typeCode.pairlist, name, value);
    this.#bytes.int32(typeCode.null);
  }

  #cells(list: Extract<RValue, { type: 'pairlist' | 'language' | 'dots' }>, attributes: Attributes): void {
    list.cells.forEach(({ tag, value }, index) => {
      const first = index === 0;
      const code = first && list.type === 'language' ? typeCode.language : typeCode.pairlist;
      this.#cell(code, tag, value, first ? attributes : null);
    });
    this.#bytes.int32(typeCode.null);
  }

  #cell(code: number, tag: string | null, value: RValue, attributes: Attributes = null): void {
    this.#bytes.int32(
      code |
        (tag === null ? 0 : flag.tag) |
        (attributes !== null && attributes.size > 0 ? flag.attributes : 0),
    );
    this.#attributes(attributes);
    if (tag !== null) this.#symbol(tag);
    this.write(value);
  }

  #symbol(name: string): void {
    const known = this.#symbols.get(name);
    if (known !== undefined) {
      this.#bytes.int32((known << 8) | typeCode.reference);
      return;
    }
    this.#symbols.set(name, this.#symbols.size + 1);
    this.#bytes.int32(typeCode.symbol);
    this.#string(name);
  }

  #string(text: string | null): void {
    if (text === null) {
      this.#bytes.int32(typeCode.char);
      this.#bytes.int32(-1);
      return;
    }
    this.#bytes.int32(typeCode.char | charFlag.utf8); // R itself notices plain ASCII
    this.#bytes.text(text);
  }

  #environment(kind: string): void {
    if (kind === 'global') this.#bytes.int32(typeCode.globalEnvironment);
    else if (kind === 'base') this.#bytes.int32(typeCode.baseEnvironment);
    else if (kind === 'empty') this.#bytes.int32(typeCode.emptyEnvironment);
    else throw new RangeError(`A ${kind} environment of R cannot be written.`);
  }
}
