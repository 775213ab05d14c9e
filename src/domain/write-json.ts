import { missingInteger, type OutputColumn, type OutputValue, type Vector } from '../contracts/values.ts';

/**
 * An output value as JSON text, its shape taken literally: scalars bare, vectors arrays, matrices arrays of rows,
 * frames objects of arrays. Missing values and NaN are null, infinities the strings "Inf" and "-Inf".
 */
export function writeValue(value: OutputValue): string {
  switch (value.shape) {
    case 'null':
      return 'null';
    case 'scalar':
      return writeElement(value.vector, 0);
    case 'vector':
      return writeVector(value.vector);
    case 'matrix':
      return writeMatrix(value.vector, value.rows, value.columns);
    case 'frame':
      return writeRecord(value.names, value.columns.map(writeColumn));
    case 'list':
      return value.names === null
        ? `[${value.items.map(writeValue).join(',')}]`
        : writeRecord(value.names, value.items.map(writeValue));
  }
}

/** All elements as a JSON array. */
export function writeVector(vector: Vector): string {
  switch (vector.kind) {
    case 'logical':
      return `[${Array.from(vector.values, writeLogical).join(',')}]`;
    case 'integer':
      return vector.values.includes(missingInteger)
        ? `[${Array.from(vector.values, writeInteger).join(',')}]`
        : `[${vector.values.join(',')}]`;
    case 'bigint':
      return `[${vector.values.map(String).join(',')}]`;
    case 'double':
      return writeDoubles(vector.values);
    case 'character':
      return `[${vector.values.map(writeText).join(',')}]`;
  }
}

/** One element as JSON. */
export function writeElement(vector: Vector, index: number): string {
  switch (vector.kind) {
    case 'logical':
      return writeLogical(vector.values[index] as number);
    case 'integer':
      return writeInteger(vector.values[index] as number);
    case 'bigint':
      return String(vector.values[index]);
    case 'double':
      return writeDouble(vector.values[index] as number);
    case 'character':
      return writeText(vector.values[index] as string | null);
  }
}

/** Text as JSON; half surrogate pairs, which no JSON reader can keep, become U+FFFD. */
export const writeText = (text: string | null): string =>
  text === null ? 'null' : JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());

/** A JSON object of finished values. A list element without a name gets its position, as R's own writers do. */
export function writeRecord(names: readonly string[], values: readonly string[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += `${writeText(names[i] || String(i + 1))}:${values[i]}`;
  }
  return `${text}}`;
}

const writeLogical = (value: number): string => (value < 0 ? 'null' : value === 0 ? 'false' : 'true');

const writeInteger = (value: number): string => (value === missingInteger ? 'null' : String(value));

const writeDouble = (value: number): string => {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'null' : value > 0 ? '"Inf"' : '"-Inf"';
};

/**
 * JSON.stringify turns a double into its shortest digits in 140 ns, string concatenation in 190 ns, and NaN into null
 * as we want it; only infinities and −0 need our own way.
 */
function writeDoubles(values: Float64Array): string {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value === Infinity || value === -Infinity || Object.is(value, -0))
      return `[${Array.from(values, writeDouble).join(',')}]`;
  }
  return JSON.stringify(Array.from(values));
}

const writeColumn = (column: OutputColumn): string =>
  column.kind === 'list' ? `[${column.values.map(writeValue).join(',')}]` : writeVector(column);

function writeMatrix(vector: Vector, rows: number, columns: number): string {
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const cells: string[] = [];
    for (let column = 0; column < columns; column++) cells.push(writeElement(vector, column * rows + row));
    lines.push(`[${cells.join(',')}]`);
  }
  return `[${lines.join(',')}]`;
}
