import { ByteReader } from './byte-reader.ts';
import { expandAltrep } from './expand-altrep.ts';
import { skipBytecode } from './skip-bytecode.ts';
import { charFlag, flag, typeCode } from './type-codes.ts';
import { type Attributes, type Cell, type REnvironment, type RValue, rNull } from './values.ts';

export interface ReadLimits {
  /** Nesting of lists, attributes and calls. R's own code and models stay far below 1,000. */
  maxDepth: number;
  /** Objects (not elements of vectors) in one stream: some 200 bytes of memory each for as little as 8 in the stream. */
  maxObjects: number;
  /** Elements a compact sequence may expand to: the only lengths that the bytes do not bound. */
  maxExpanded: number;
}

const defaultLimits: ReadLimits = { maxDepth: 1000, maxObjects: 4_000_000, maxExpanded: 2 ** 25 };

/** One R object from `serialize()` output, version 2 or 3, XDR or little-endian. Throws RangeError on anything else. */
export function readSerialized(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): RValue {
  const format = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (format !== 'X\n' && format !== 'B\n')
    throw new RangeError('The bytes are not R data in binary serialization.');
  const reader = new ByteReader(bytes.subarray(2), format === 'B\n');
  const version = reader.int32();
  if (version !== 2 && version !== 3)
    throw new RangeError(`R serialization version ${version} is not supported.`);
  reader.int32(); // version of R that wrote it
  reader.int32(); // oldest version of R that can read it
  if (version === 3) reader.text(reader.length(1), 'latin1'); // native encoding; strings carry their own
  return new ObjectReader(reader, { ...defaultLimits, ...limits }).read(0);
}

/** Reads objects one after another, remembering those that later ones refer back to. */
export class ObjectReader {
  readonly bytes: ByteReader;
  readonly limits: ReadLimits;
  readonly #references: RValue[] = [];
  #objects = 0;

  constructor(bytes: ByteReader, limits: ReadLimits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  read(depth: number): RValue {
    return this.#readFlagged(this.bytes.int32(), depth);
  }

  #readFlagged(flags: number, depth: number): RValue {
    const { bytes } = this;
    const code = flags & 0xff;
    if (code === typeCode.null) return rNull;
    if (depth > this.limits.maxDepth)
      throw new RangeError(`The R data is nested deeper than ${this.limits.maxDepth}.`);
    this.#objects += 1;
    if (this.#objects > this.limits.maxObjects)
      throw new RangeError(`The R data has more than ${this.limits.maxObjects} objects.`);
    switch (code) {
      case typeCode.logical:
      case typeCode.integer: {
        const values = bytes.int32s(bytes.length(4));
        const type = code === typeCode.logical ? 'logical' : 'integer';
        return { type, values, attributes: this.#attributes(flags, depth) };
      }
      case typeCode.double:
        return {
          type: 'double',
          values: bytes.doubles(bytes.length(8)),
          attributes: this.#attributes(flags, depth),
        };
      case typeCode.complex:
        return {
          type: 'complex',
          values: bytes.doubles(2 * bytes.length(16)),
          attributes: this.#attributes(flags, depth),
        };
      case typeCode.character:
        return {
          type: 'character',
          values: this.#strings(depth),
          attributes: this.#attributes(flags, depth),
        };
      case typeCode.raw:
        return {
          type: 'raw',
          values: bytes.bytes(bytes.length(1)),
          attributes: this.#attributes(flags, depth),
        };
      case typeCode.list:
      case typeCode.expression: {
        const values: RValue[] = [];
        for (let left = bytes.length(4); left > 0; left -= 1) values.push(this.read(depth + 1));
        const type = code === typeCode.list ? 'list' : 'expression';
        return { type, values, attributes: this.#attributes(flags, depth) };
      }
      case typeCode.S4:
        return { type: 'S4', attributes: this.#attributes(flags, depth) };
      case typeCode.pairlist:
        return this.#cells('pairlist', flags, depth);
      case typeCode.language:
        return this.#cells('language', flags, depth);
      case typeCode.dots:
        return this.#cells('dots', flags, depth);
      case typeCode.closure: {
        const { attributes, tag: environment, first: formals, rest: body } = this.#triple(flags, depth);
        return { type: 'closure', formals, body, environment, attributes };
      }
      case typeCode.promise: {
        const { tag: environment, first: value, rest: expression } = this.#triple(flags, depth);
        return { type: 'promise', value, expression, environment };
      }
      case typeCode.symbol:
        return this.remember({ type: 'symbol', name: this.#string(depth) ?? 'NA' });
      case typeCode.reference:
        return this.#recall(flags);
      case typeCode.environment:
        return this.#environment(depth);
      case typeCode.namespace:
        return this.remember(environment('namespace', this.#names(depth)));
      case typeCode.package:
        return this.remember(environment('package', this.#names(depth)));
      case typeCode.persistent:
        return this.remember(environment('persistent', this.#names(depth)));
      case typeCode.globalEnvironment:
        return environment('global');
      case typeCode.baseEnvironment:
        return environment('base');
      case typeCode.baseNamespace:
        return environment('namespace', ['base']);
      case typeCode.emptyEnvironment:
        return environment('empty');
      case typeCode.special:
      case typeCode.builtin:
        return { type: 'builtin', name: bytes.text(bytes.length(1), 'latin1') };
      case typeCode.bytecode:
        skipBytecode(this, depth);
        this.#attributes(flags, depth);
        return { type: 'bytecode' };
      case typeCode.externalptr: {
        const pointer = this.remember({ type: 'externalptr' });
        this.read(depth + 1); // protected value
        this.read(depth + 1); // tag
        this.#attributes(flags, depth);
        return pointer;
      }
      case typeCode.weakref: {
        const reference = this.remember({ type: 'weakref' });
        this.#attributes(flags, depth);
        return reference;
      }
      case typeCode.altrep: {
        const info = this.read(depth + 1);
        const state = this.read(depth + 1);
        const attributes = asAttributes(this.read(depth + 1));
        return expandAltrep(info, state, attributes, this.limits.maxExpanded);
      }
      case typeCode.unbound:
        return { type: 'unbound' };
      case typeCode.missingArgument:
        return { type: 'missingArgument' };
      default:
        throw new RangeError(`The R data contains an object of unknown type ${code}.`);
    }
  }

  /** Keeps an object under the next reference number. */
  remember<T extends RValue>(value: T): T {
    this.#references.push(value);
    return value;
  }

  #recall(flags: number): RValue {
    const index = flags >>> 8 === 0 ? this.bytes.int32() : flags >>> 8;
    const value = this.#references[index - 1];
    if (value === undefined)
      throw new RangeError(`The R data refers to an object ${index} it does not hold.`);
    return value;
  }

  #strings(depth: number): (string | null)[] {
    const values: (string | null)[] = [];
    for (let left = this.bytes.length(8); left > 0; left -= 1) values.push(this.#string(depth));
    return values;
  }

  #string(depth: number): string | null {
    const flags = this.bytes.int32();
    if ((flags & 0xff) !== typeCode.char)
      throw new RangeError('The R data lacks a string where one must be.');
    const length = this.bytes.int32();
    const text =
      length === -1 ? null : this.bytes.text(length, (flags & charFlag.latin1) === 0 ? 'utf8' : 'latin1');
    this.#attributes(flags, depth);
    return text;
  }

  #names(depth: number): string[] {
    if (this.bytes.int32() !== 0) throw new RangeError('The R data names an environment in an unknown way.');
    const names: string[] = [];
    for (let left = this.bytes.length(8); left > 0; left -= 1) names.push(this.#string(depth) ?? 'NA');
    return names;
  }

  #attributes(flags: number, depth: number): Attributes {
    return (flags & flag.attributes) === 0 ? null : asAttributes(this.read(depth + 1));
  }

  /** The layout closures and promises share: attributes, environment, two values. */
  #triple(flags: number, depth: number) {
    const attributes = this.#attributes(flags, depth);
    const tag = (flags & flag.tag) === 0 ? rNull : this.read(depth + 1);
    return { attributes, tag, first: this.read(depth + 1), rest: this.read(depth + 1) };
  }

  #cells(type: 'pairlist' | 'language' | 'dots', firstFlags: number, depth: number): RValue {
    const cells: Cell[] = [];
    let attributes: Attributes = null;
    let flags = firstFlags;
    do {
      const own = this.#attributes(flags, depth);
      if (cells.length === 0) attributes = own;
      const tag = (flags & flag.tag) === 0 ? null : this.read(depth + 1);
      cells.push({ tag: tag?.type === 'symbol' ? tag.name : null, value: this.read(depth + 1) });
      flags = this.bytes.int32();
    } while (isCell(flags));
    if ((flags & 0xff) !== typeCode.null)
      cells.push({ tag: null, value: this.#readFlagged(flags, depth + 1) });
    return { type, cells, attributes };
  }

  #environment(depth: number): RValue {
    this.bytes.int32(); // locked
    const made = this.remember(environment('local'));
    made.enclosure = this.read(depth + 1);
    const frame = this.read(depth + 1);
    const table = this.read(depth + 1);
    for (const chain of [frame, ...(table.type === 'list' ? table.values : [])])
      if (chain.type === 'pairlist')
        for (const { tag, value } of chain.cells) if (tag !== null) made.bindings.set(tag, value);
    made.attributes = asAttributes(this.read(depth + 1));
    return made;
  }
}

const isCell = (flags: number): boolean => {
  const code = flags & 0xff;
  return code === typeCode.pairlist || code === typeCode.language || code === typeCode.dots;
};

const environment = (kind: REnvironment['kind'], names: string[] = []): REnvironment => ({
  type: 'environment',
  kind,
  names,
  bindings: new Map(),
  enclosure: rNull,
  attributes: null,
});

function asAttributes(value: RValue): Attributes {
  if (value.type !== 'pairlist') return null;
  const attributes = new Map<string, RValue>();
  for (const cell of value.cells) if (cell.tag !== null) attributes.set(cell.tag, cell.value);
  return attributes;
}
