import type { OutputColumn, OutputValue, Vector } from '../../contracts/values.ts';
import {
  attributesOf,
  missingInteger,
  type RValue,
  type RVector,
  textAttribute,
} from '../../rdata/values.ts';
import { formatDate, formatTime } from './dates.ts';

/** An R object that has no JSON form; the message ends a sentence that began with the output's name. */
export class Unsupported extends Error {}

/** The value of an output. Names of vectors and row names are dropped; attributes that are no shape or known class as well. */
export function toOutput(value: RValue): OutputValue {
  switch (value.type) {
    case 'null':
      return { shape: 'null' };
    case 'raw':
      return {
        shape: 'scalar',
        vector: { kind: 'character', values: [Buffer.from(value.values).toString('base64')] },
      };
    case 'list':
      return isFrame(value) ? toFrame(value) : toList(value);
    case 'logical':
    case 'integer':
    case 'double':
    case 'character': {
      const dim = dimensions(value);
      if (dim.length > 2) throw new Unsupported(`is an array of ${dim.length} dimensions`);
      if (dim.length < 2) return { shape: 'vector', vector: toVector(value) };
      const [rows = 0, columns = 0] = dim;
      return { shape: 'matrix', vector: toVector(value), rows, columns };
    }
    default:
      throw new Unsupported(`is or contains an R object of type ${value.type}`);
  }
}

/** Inside lists a vector of length one without a class is a scalar (decision 17). */
function toElement(value: RValue): OutputValue {
  const output = toOutput(value);
  if (output.shape !== 'vector' || !('values' in value) || value.values.length !== 1) return output;
  return attributesOf(value)?.has('class') ? output : { shape: 'scalar', vector: output.vector };
}

function toList(list: Extract<RVector, { type: 'list' | 'expression' }>): OutputValue {
  if (dimensions(list).length > 0) throw new Unsupported('is a list with dimensions');
  const names = textAttribute(list, 'names');
  return {
    shape: 'list',
    names: names === null ? null : names.map((name) => name ?? ''),
    items: list.values.map(toElement),
  };
}

const isFrame = (value: RValue): boolean => textAttribute(value, 'class')?.includes('data.frame') ?? false;

function toFrame(frame: Extract<RVector, { type: 'list' | 'expression' }>): OutputValue {
  const labels = textAttribute(frame, 'names') ?? [];
  const rows = frameRows(frame);
  const names: string[] = [];
  const columns: OutputColumn[] = [];
  frame.values.forEach((value, index) => {
    const name = labels[index] ?? '';
    for (const [suffix, column] of toColumns(value, name, rows)) {
      names.push(name + suffix);
      columns.push(column);
    }
  });
  return { shape: 'frame', rows, names, columns };
}

/** Mostly one column; a matrix in a data frame is as many as it has columns, named as R prints them. */
function toColumns(value: RValue, name: string, rows: number): [suffix: string, column: OutputColumn][] {
  if (value.type === 'list' && !isFrame(value)) {
    expectRows(value.values.length, rows, name);
    return [['', { kind: 'list', values: value.values.map(toElement) }]];
  }
  if (
    value.type !== 'logical' &&
    value.type !== 'integer' &&
    value.type !== 'double' &&
    value.type !== 'character'
  )
    throw new Unsupported(`has a column "${name}" that is no vector`);
  const vector = toVector(value);
  const [height = rows, width = 1] = dimensions(value);
  expectRows(vector.values.length, rows * width, name);
  if (width === 1 || height !== rows) return [['', vector]];
  const labels = columnLabels(value);
  return Array.from({ length: width }, (_, index) => [
    `.${labels?.[index] ?? index + 1}`,
    { kind: vector.kind, values: vector.values.slice(index * rows, (index + 1) * rows) } as Vector,
  ]);
}

function expectRows(length: number, rows: number, name: string): void {
  if (length !== rows) throw new Unsupported(`has a column "${name}" of ${length} values in ${rows} rows`);
}

/** Automatic row names are kept as NA and the count, negative when they never were anything else. */
function frameRows(frame: RValue): number {
  const names = attributesOf(frame)?.get('row.names');
  if (names === undefined || !('values' in names)) return 0;
  if (names.type === 'integer' && names.values.length === 2 && names.values[0] === missingInteger)
    return Math.abs(names.values[1] ?? 0);
  return names.values.length;
}

function dimensions(value: RValue): number[] {
  const dim = attributesOf(value)?.get('dim');
  return dim?.type === 'integer' ? Array.from(dim.values) : [];
}

function columnLabels(value: RValue): (string | null)[] | null {
  const labels = attributesOf(value)?.get('dimnames');
  const columns = labels?.type === 'list' ? labels.values[1] : undefined;
  return columns?.type === 'character' ? columns.values : null;
}

type Plain = Extract<RVector, { type: 'logical' | 'integer' | 'double' | 'character' }>;

function toVector(value: Plain): Vector {
  const classes = value.attributes?.has('class') ? (textAttribute(value, 'class') ?? []) : [];
  for (const name of classes) {
    const convert = name === null ? undefined : classConverters[name];
    if (convert !== undefined) return convert(value);
  }
  switch (value.type) {
    case 'logical':
      return {
        kind: 'logical',
        values: Int8Array.from(value.values, (flag) => (flag === missingInteger ? -1 : flag)),
      };
    case 'integer':
      return { kind: 'integer', values: value.values };
    case 'double':
      return { kind: 'double', values: value.values };
    case 'character':
      return { kind: 'character', values: value.values };
  }
}

/** Classes whose numbers mean something else. All others, difftime among them, are the plain numbers they hold. */
const classConverters: Record<string, (value: Plain) => Vector> = {
  factor: (value) => {
    const levels = textAttribute(value, 'levels') ?? [];
    return textOf(value, (code) => levels[code - 1] ?? null);
  },
  Date: (value) => textOf(value, formatDate),
  POSIXct: (value) => textOf(value, formatTime),
  /** The 64-bit integers of package bit64, kept in the bytes of doubles. */
  integer64: (value) => {
    if (value.type !== 'double') throw new Unsupported('holds damaged 64-bit integers');
    const { buffer, byteOffset, length } = value.values;
    const integers = new BigInt64Array(buffer, byteOffset, length);
    return {
      kind: 'bigint',
      values: Array.from(integers, (integer) => (integer === -(2n ** 63n) ? null : integer)),
    };
  },
};

function textOf(value: Plain, format: (number: number) => string | null): Vector {
  if (value.type === 'character') return { kind: 'character', values: value.values };
  const missing = value.type === 'double' ? Number.NaN : missingInteger;
  return {
    kind: 'character',
    values: Array.from(value.values as ArrayLike<number>, (number) =>
      number === missing ? null : format(number),
    ),
  };
}
