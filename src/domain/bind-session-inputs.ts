import type { RuntimeName } from '../contracts/data-types.ts';
import { type InputValue, missingInteger, type NamedInput, type Vector } from '../contracts/values.ts';
import { bindFrame, bindMatrix } from './bind-table.ts';
import { bindText, bindUntyped, refuse, type Target } from './bind-vector.ts';
import { invalidRequest } from './errors.ts';
import { isRecord, type Json, type JsonRecord, namesOf, property } from './json.ts';

/** Both interpreters read nested values recursively. */
const deepestList = 100;

/**
 * Inputs of a session's execute, which declare no type (spec 8.4). In R numbers are doubles and arrays become vectors,
 * matrices and frames where they can; in Python everything stays what JSON says. Throws InvalidInput or InvalidRequest.
 */
export function bindSessionInputs(
  inputs: readonly { name: string; value: unknown }[],
  runtime: RuntimeName,
): NamedInput[] {
  const bind = runtime === 'R' ? bindForR : bindForPython;
  return inputs.map(({ name, value }) => {
    if (name === '') throw invalidRequest('An input parameter needs a name.', 'inputParameters');
    const target: Target = { field: name, label: `Input "${name}"`, runtime, doubles: runtime === 'R' };
    bindText(name, target);
    return { name, value: bind((value ?? null) as Json, target, 0) };
  });
}

function bindForR(value: Json, target: Target, depth: number): InputValue {
  if (value === null) return { shape: 'null' };
  if (!Array.isArray(value) && !isRecord(value))
    return { shape: 'scalar', vector: bindUntyped([value], target) };
  refuseDepth(depth, target);
  if (Array.isArray(value)) {
    if (value.every(isPlain)) return { shape: 'vector', vector: bindUntyped(value, target) };
    return isGrid(value) ? bindMatrix(value, target) : list(value, null, target, depth, bindForR);
  }
  return isTable(value) ? bindFrame(value, target) : listOf(value, target, depth, bindForR);
}

function bindForPython(value: Json, target: Target, depth: number): InputValue {
  if (value === null) return { shape: 'null' };
  if (!Array.isArray(value) && !isRecord(value))
    return { shape: 'scalar', vector: pythonScalar(value, target) };
  refuseDepth(depth, target);
  return Array.isArray(value)
    ? list(value, null, target, depth, bindForPython)
    : listOf(value, target, depth, bindForPython);
}

/** Integers are exact: JSON spells a double with this many digits and no exponent only when it was sent as an integer. */
const largestSpelledOut = 1e21;

function pythonScalar(value: boolean | number | bigint | string, target: Target): Vector {
  if (typeof value === 'boolean') return { kind: 'logical', values: Int8Array.of(value ? 1 : 0) };
  if (typeof value === 'string') return { kind: 'character', values: [bindText(value, target)] };
  if (typeof value === 'bigint') return { kind: 'bigint', values: [value] };
  if ((value | 0) === value && value !== missingInteger && !Object.is(value, -0))
    return { kind: 'integer', values: Int32Array.of(value) };
  if (Number.isInteger(value) && value !== 0 && Math.abs(value) < largestSpelledOut)
    return { kind: 'bigint', values: [BigInt(value)] };
  if (!Number.isFinite(value)) throw refuse(target, 'holds a number beyond the range of a double (1.8e308).');
  return { kind: 'double', values: Float64Array.of(value) };
}

type Bind = (value: Json, target: Target, depth: number) => InputValue;

const list = (
  values: Json[],
  names: string[] | null,
  target: Target,
  depth: number,
  bind: Bind,
): InputValue => ({
  shape: 'list',
  names,
  items: values.map((value) => bind(value, target, depth + 1)),
});

function listOf(record: JsonRecord, target: Target, depth: number, bind: Bind): InputValue {
  const names = namesOf(record);
  for (const name of names) bindText(name, target);
  const values = names.map((name) => property(record, name) as Json);
  return list(values, names, target, depth, bind);
}

const isPlain = (value: Json | undefined): boolean => typeof value !== 'object' || value === null;

/** An array of arrays of plain values, all of one length. */
const isGrid = (rows: Json[]): boolean => {
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  return rows.every((row) => Array.isArray(row) && row.length === width && row.every(isPlain));
};

/** An object of at least one array of plain values, all of one length. */
const isTable = (record: JsonRecord): boolean => {
  const columns = namesOf(record).map((name) => property(record, name) as Json);
  return columns.length > 0 && isGrid(columns);
};

function refuseDepth(depth: number, target: Target): void {
  if (depth >= deepestList) throw refuse(target, `is nested more than ${deepestList} levels deep.`);
}
