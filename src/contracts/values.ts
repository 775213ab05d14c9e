/**
 * Data on its way between JSON and an interpreter, in neither's notation. `domain/bind-inputs.ts` makes input values
 * from JSON; the codec of a runtime (`runtime/r`, `runtime/python`) turns them into bytes and answers into output
 * values; `domain/shape-outputs.ts` writes those as JSON text.
 */

/** R's NA_integer_, our mark for a missing integer. */
export const missingInteger = -2147483648;

/** One column or vector. A missing value is -1, `missingInteger`, null, or (double) R's NA: a NaN whose low word is 1954. */
export type Vector =
  | { kind: 'logical'; values: Int8Array }
  | { kind: 'integer'; values: Int32Array }
  /** Integers beyond 32 bits: only ever bound for or read from Python, exactly. */
  | { kind: 'bigint'; values: (bigint | null)[] }
  | { kind: 'double'; values: Float64Array }
  | { kind: 'character'; values: (string | null)[] };

/** What looks the same on either way. Matrices are column-major. */
type FlatValue =
  | { shape: 'null' }
  | { shape: 'scalar'; vector: Vector }
  | { shape: 'vector'; vector: Vector }
  | { shape: 'matrix'; vector: Vector; rows: number; columns: number };

interface Frame<Column> {
  shape: 'frame';
  rows: number;
  names: string[];
  columns: Column[];
}

interface List<Item> {
  shape: 'list';
  names: string[] | null;
  items: Item[];
}

/** A value bound for an interpreter. */
export type InputValue = FlatValue | Frame<Vector> | List<InputValue>;

/** A value that came from an interpreter: factors are labels, dates ISO text, raw bytes base64 text already. */
export type OutputValue = FlatValue | Frame<OutputColumn> | List<OutputValue>;

/** A column of an output frame: a vector, or a list column (one value per row). */
export type OutputColumn = Vector | { kind: 'list'; values: OutputValue[] };

/** A named input in the order it will be bound. */
export interface NamedInput {
  name: string;
  value: InputValue;
}
