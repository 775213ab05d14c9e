import type { ParameterDefinition, RuntimeName, WireType } from '../contracts/data-types.ts';
import type { OutputValue, Vector } from '../contracts/values.ts';
import { writeElement, writeText, writeValue, writeVector } from './write-json.ts';

/** The `outputParameters` object of a consume answer; values in the order of their definitions. */
export function shapeOutputs(
  outputs: readonly ParameterDefinition[],
  values: readonly OutputValue[],
  runtime: RuntimeName,
): string {
  let text = '{';
  for (let i = 0; i < outputs.length; i++) {
    const { name, type } = outputs[i] as ParameterDefinition;
    if (i > 0) text += ',';
    text += `${writeText(name)}:${shapeOutput(type, values[i] as OutputValue, runtime)}`;
  }
  return `${text}}`;
}

function shapeOutput(type: WireType, value: OutputValue, runtime: RuntimeName): string {
  if (type !== 'vector' && type !== 'matrix' && type !== 'data.frame') return unbox(value);
  // An R scalar is a vector of length one; a Python scalar is none and passes through.
  return runtime === 'R' && value.shape === 'scalar' ? writeVector(value.vector) : writeValue(value);
}

/** E1: what a simple type holds is bare when it is one value, null when it is none, an array when it is more. */
function unbox(value: OutputValue): string {
  if (value.shape === 'vector' || value.shape === 'matrix') return unboxVector(value, value.vector);
  if (value.shape === 'list' && value.items.length === 0) return 'null';
  const only = value.shape === 'list' && value.items.length === 1 ? value.items[0] : undefined;
  return only?.shape === 'scalar' ? writeElement(only.vector, 0) : writeValue(value);
}

function unboxVector(value: OutputValue, vector: Vector): string {
  if (vector.values.length === 0) return 'null';
  return vector.values.length === 1 ? writeElement(vector, 0) : writeValue(value);
}
