import type { RuntimeName, WireType } from '../contracts/data-types.ts';
import { missingInteger, type Vector } from '../contracts/values.ts';
import { invalidInput, type PlinthError } from './errors.ts';
import { describeJson, type Json } from './json.ts';

export type SimpleType = Extract<WireType, 'logical' | 'numeric' | 'integer' | 'character'>;

/** What is being bound, for messages, and for whom. */
export interface Target {
  /** The input's name; `fields` of every error. */
  field: string;
  /** In words: `Input "x"`, `Column "hp" of input "cars"`. */
  label: string;
  runtime: RuntimeName;
  /** True where every number is a double whatever its value (R sessions). */
  doubles?: boolean;
}

type Kind = Vector['kind'];
type Scalar = boolean | number | bigint | string;

const article: Record<SimpleType, string> = {
  logical: 'true or false',
  numeric: 'a number',
  integer: 'an integer',
  character: 'a string',
};

const fits: Record<SimpleType, (value: Json | undefined) => boolean> = {
  logical: (value) => typeof value === 'boolean',
  numeric: (value) => typeof value === 'number' || typeof value === 'bigint',
  integer: (value) => (typeof value === 'number' ? Number.isInteger(value) : typeof value === 'bigint'),
  character: (value) => typeof value === 'string',
};

/** InvalidInput about the target: `complaint` continues its label. */
export const refuse = (target: Target, complaint: string): PlinthError =>
  invalidInput(`${target.label} ${complaint}`, target.field);

/** Values that must all be of a declared simple type; null is a missing one. Throws InvalidInput naming the element. */
export function bindTyped(type: SimpleType, values: readonly Json[], target: Target): Vector {
  const suits = fits[type];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || suits(value)) continue;
    const which = values.length === 1 ? describeJson(value) : `element ${i + 1} is ${describeJson(value)}`;
    throw refuse(target, `must be ${article[type]}, but ${values.length === 1 ? 'got ' : ''}${which}.`);
  }
  if (type === 'numeric') return build('double', values, target);
  if (type !== 'integer') return build(type, values, target);
  const small = values.every((value) => value === null || is32Bits(value));
  return build(small ? 'integer' : target.runtime === 'R' ? 'double' : 'bigint', values, target);
}

/** Values whose own types decide (spec E10): integers stay integers when all are, mixed kinds become text. */
export function bindUntyped(values: readonly Json[], target: Target): Vector {
  let kind: Kind | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as Json;
    if (value === null) continue;
    if (typeof value === 'object')
      throw refuse(target, `must hold plain values, but element ${i + 1} is ${describeJson(value)}.`);
    const own = kindOf(value, target);
    if (own !== kind) kind = kind === null ? own : widen(kind, own);
  }
  return build(kind ?? (target.runtime === 'R' ? 'logical' : 'double'), values, target);
}

const is32Bits = (value: Json): boolean =>
  typeof value === 'number' && (value | 0) === value && value !== missingInteger;

const int64Limit = 2n ** 63n;

function kindOf(value: Scalar, target: Target): Kind {
  if (typeof value === 'string') return 'character';
  if (typeof value === 'boolean') return 'logical';
  if (target.doubles) return 'double';
  if (typeof value === 'bigint') return value >= -int64Limit && value < int64Limit ? 'bigint' : 'double';
  // −0 keeps its sign only as a double.
  if (is32Bits(value)) return Object.is(value, -0) ? 'double' : 'integer';
  return target.runtime === 'Python' && Number.isSafeInteger(value) ? 'bigint' : 'double';
}

const numberKinds: readonly Kind[] = ['integer', 'bigint', 'double'];

function widen(a: Kind, b: Kind): Kind {
  const wider = Math.max(numberKinds.indexOf(a), numberKinds.indexOf(b));
  return numberKinds.includes(a) && numberKinds.includes(b) ? (numberKinds[wider] as Kind) : 'character';
}

function build(kind: Kind, values: readonly Json[], target: Target): Vector {
  switch (kind) {
    case 'logical':
      return {
        kind,
        values: Int8Array.from(values, (value) => (value === null ? -1 : value === true ? 1 : 0)),
      };
    case 'integer':
      // Python has no missing integer: like pandas, such a vector becomes double.
      return target.runtime === 'Python' && values.includes(null)
        ? doubles(values, target)
        : { kind, values: integers(values) };
    case 'bigint':
      return values.includes(null) && !values.some((value) => typeof value === 'bigint')
        ? doubles(values, target)
        : { kind, values: values.map((value) => (value === null ? null : BigInt(value as number | bigint))) };
    case 'double':
      return doubles(values, target);
    case 'character':
      return {
        kind,
        values: values.map((value) => (value === null ? null : text(value as Scalar, target))),
      };
  }
}

function integers(values: readonly Json[]): Int32Array {
  const result = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    result[i] = value === null ? missingInteger : (value as number);
  }
  return result;
}

function doubles(values: readonly Json[], target: Target): Vector {
  const result = new Float64Array(values.length);
  let missing = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null) {
      result[i] = Number.NaN;
      missing = true;
      continue;
    }
    const number = Number(value);
    if (!Number.isFinite(number))
      throw refuse(target, 'holds a number beyond the range of a double (1.8e308).');
    result[i] = number;
  }
  if (missing && target.runtime === 'R') markMissing(values, result);
  return { kind: 'double', values: result };
}

/** R's NA_real_ is the NaN whose low word is 1954. */
const missingDouble = 0x7ff00000_000007a2n;

function markMissing(values: readonly Json[], result: Float64Array): void {
  const bits = new BigUint64Array(result.buffer);
  for (let i = 0; i < values.length; i++) if (values[i] === null) bits[i] = missingDouble;
}

function text(value: Scalar, target: Target): string {
  if (typeof value === 'string') return bindText(value, target);
  if (typeof value === 'boolean' && target.runtime === 'R') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** Text that an interpreter can hold: no lone surrogates, and for R no NUL character. */
export function bindText(value: string, target: Target): string {
  if (!value.isWellFormed())
    throw refuse(target, 'holds text with half a surrogate pair, which is not Unicode text.');
  if (target.runtime === 'R' && value.includes('\0'))
    throw refuse(target, 'holds text with a NUL character, which R cannot represent.');
  return value;
}
