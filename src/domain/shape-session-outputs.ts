import type { RuntimeName } from '../contracts/data-types.ts';
import type { OutputValue } from '../contracts/values.ts';
import { writeText, writeValue, writeVector } from './write-json.ts';

/** The `outputParameters` array of an ExecuteResponse. Values of R are arrays, also of length one; Python scalars are bare. */
export function shapeSessionOutputs(
  names: readonly string[],
  values: readonly OutputValue[],
  runtime: RuntimeName,
): string {
  const items = names.map((name, i) => {
    const value = values[i] as OutputValue;
    const boxed = runtime === 'R' && value.shape === 'scalar';
    return `{"name":${writeText(name)},"value":${boxed ? writeVector(value.vector) : writeValue(value)}}`;
  });
  return `[${items.join(',')}]`;
}
