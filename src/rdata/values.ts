/**
 * R's objects as plain data: what its serialization holds, nothing interpreted. Factors, dates and data frames are
 * vectors and lists with attributes here, as they are in R.
 */

/** R's NA_integer_; also the NA of logical vectors. */
export const missingInteger = -2147483648;

/** Attributes in the order they were stored, or null when there are none. */
export type Attributes = ReadonlyMap<string, RValue> | null;

/** A cell of a pairlist or call: the argument's name, if it has one, and its value. */
export interface Cell {
  tag: string | null;
  value: RValue;
}

export type RVector =
  /** 0, 1 or `missingInteger`. */
  | { type: 'logical'; values: Int32Array; attributes: Attributes }
  | { type: 'integer'; values: Int32Array; attributes: Attributes }
  /** NA is the NaN with low word 1954; any other NaN is NaN. */
  | { type: 'double'; values: Float64Array; attributes: Attributes }
  /** Real and imaginary parts in turn. */
  | { type: 'complex'; values: Float64Array; attributes: Attributes }
  | { type: 'character'; values: (string | null)[]; attributes: Attributes }
  | { type: 'raw'; values: Uint8Array; attributes: Attributes }
  | { type: 'list' | 'expression'; values: RValue[]; attributes: Attributes };

export interface REnvironment {
  type: 'environment';
  kind: 'global' | 'base' | 'empty' | 'namespace' | 'package' | 'persistent' | 'local';
  /** Name and version of a namespace or package, else empty. */
  names: string[];
  /** Local environments: what is bound in them. */
  bindings: Map<string, RValue>;
  enclosure: RValue;
  attributes: Attributes;
}

export type RValue =
  | { type: 'null' }
  | RVector
  | { type: 'symbol'; name: string }
  /** Of a call the first cell is the function. A dotted tail is the last cell. */
  | { type: 'pairlist' | 'language' | 'dots'; cells: Cell[]; attributes: Attributes }
  | REnvironment
  | { type: 'closure'; formals: RValue; body: RValue; environment: RValue; attributes: Attributes }
  | { type: 'promise'; value: RValue; expression: RValue; environment: RValue }
  | { type: 'builtin'; name: string }
  /** Slots are attributes. */
  | { type: 'S4'; attributes: Attributes }
  /** Recognised, read over, not kept. */
  | { type: 'bytecode' | 'externalptr' | 'weakref' | 'unbound' | 'missingArgument' };

/** NULL; one object, so that absent things cost nothing. */
export const rNull: RValue = { type: 'null' };

/** Attributes of a value of any type, null when it has none. */
export const attributesOf = (value: RValue): Attributes => ('attributes' in value ? value.attributes : null);

/** The strings of a character attribute, or null when it is absent or of another type. */
export function textAttribute(value: RValue, name: string): (string | null)[] | null {
  const attribute = attributesOf(value)?.get(name);
  return attribute?.type === 'character' ? attribute.values : null;
}
