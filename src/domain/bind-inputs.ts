import type { ParameterDefinition, RuntimeName, WireType } from '../contracts/data-types.ts';
import type { InputValue, NamedInput } from '../contracts/values.ts';
import { bindFrame, bindMatrix } from './bind-table.ts';
import { bindTyped, bindUntyped, refuse, type SimpleType, type Target } from './bind-vector.ts';
import { invalidInput } from './errors.ts';
import { isRecord, type Json } from './json.ts';
import type { RequestBody } from './parse-json.ts';

const binders: Record<WireType, (value: Json, target: Target) => InputValue> = {
  logical: (value, target) => bindSimple('logical', value, target),
  numeric: (value, target) => bindSimple('numeric', value, target),
  integer: (value, target) => bindSimple('integer', value, target),
  character: (value, target) => bindSimple('character', value, target),
  vector: bindVector,
  matrix: bindMatrix,
  'data.frame': bindFrame,
};

/**
 * The body's properties as the declared inputs, in declared order; others are ignored. Throws InvalidInput naming the
 * input that is missing or does not fit its type.
 */
export function bindInputs(
  parameters: readonly ParameterDefinition[],
  body: RequestBody,
  runtime: RuntimeName,
): NamedInput[] {
  return parameters.map(({ name, type }) => {
    const received = body.get(name);
    if (received === undefined) throw invalidInput(`Input "${name}" is missing.`, name);
    if (received === null) return { name, value: { shape: 'null' } };
    const value = losesDetail(received, type, runtime) ? (body.exactly(name) as Json) : received;
    return { name, value: binders[type](value, { field: name, label: `Input "${name}"`, runtime }) };
  });
}

function bindSimple(type: SimpleType, value: Json, target: Target): InputValue {
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 1 && values[0] === null) return { shape: 'null' };
  const vector = bindTyped(type, values, target);
  if (values.length !== 1) return { shape: 'vector', vector };
  if (type === 'integer' && vector.kind === 'double')
    throw refuse(target, `must lie within ±2147483647, the integers of R, but got the number ${values[0]}.`);
  return { shape: 'scalar', vector };
}

function bindVector(value: Json, target: Target): InputValue {
  if (isRecord(value)) throw refuse(target, 'must be an array of plain values, but got an object.');
  return { shape: 'vector', vector: bindUntyped(Array.isArray(value) ? value : [value], target) };
}

/** Doubles above 2^63 are no int64 and stay doubles, unless an integer of any size is declared. */
const largestColumnInteger = 2 ** 63;

/**
 * Whether JSON.parse lost something this input needs: digits of integers beyond 2^53 (Python only), or the order of
 * columns, because it moves names that look like array indexes to the front.
 */
function losesDetail(value: Json, type: WireType, runtime: RuntimeName): boolean {
  if (typeof value === 'number') {
    if (runtime === 'R' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
    return type === 'integer' || (type !== 'numeric' && Math.abs(value) <= largestColumnInteger);
  }
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return needsLook(value, runtime) && anyLoses(value, type, runtime);
  const names = Object.keys(value);
  if (type === 'data.frame' && startsWithDigit(names[0])) return true;
  return anyLoses(Object.values(value) as Json[], type, runtime);
}

/** In R only the names of row objects matter, so arrays of plain values are not walked. */
const needsLook = (values: readonly Json[], runtime: RuntimeName): boolean =>
  runtime === 'Python' || isRecord(values[0]);

const startsWithDigit = (name: string | undefined): boolean => name !== undefined && /^\d/.test(name);

function anyLoses(values: readonly Json[], type: WireType, runtime: RuntimeName): boolean {
  for (const value of values) if (typeof value !== 'string' && losesDetail(value, type, runtime)) return true;
  return false;
}
