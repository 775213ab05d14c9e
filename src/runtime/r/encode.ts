import type { InputValue, NamedInput, Vector } from '../../contracts/values.ts';
import type { WorkerRequest } from '../../contracts/worker-protocol.ts';
import { type Attributes, missingInteger, type RValue, rNull } from '../../rdata/values.ts';
import { writeSerialized } from '../../rdata/write.ts';

/** A request as the parts of one R object: an unnamed list whose first two elements are kind and job (workers/protocol). */
export function encodeRequest(request: WorkerRequest): Uint8Array[] {
  return writeSerialized(list([text(request.kind), double(request.job), ...argumentsOf(request)]));
}

function argumentsOf(request: WorkerRequest): RValue[] {
  switch (request.kind) {
    case 'load':
      return [
        text(request.code),
        textOrNull(request.initCode),
        texts(request.outputs.map((output) => output.name)),
        texts(request.outputFileNames),
        textOrNull(request.workspace),
        textOrNull(request.files),
      ];
    case 'call':
      return [namedInputs(request.inputs)];
    case 'execute':
      return [text(request.code), namedInputs(request.inputs), texts(request.outputs)];
    case 'saveObject':
    case 'loadObject':
      return [text(request.name), text(request.path)];
    case 'removeObject':
      return [text(request.name)];
    case 'saveWorkspace':
    case 'loadWorkspace':
      return [text(request.path)];
    case 'listObjects':
    case 'collect':
      return [];
  }
}

const namedInputs = (inputs: NamedInput[]): RValue =>
  list(
    inputs.map((input) => encodeValue(input.value)),
    inputs.map((input) => input.name),
  );

/** The R object an input is bound to. */
export function encodeValue(value: InputValue): RValue {
  switch (value.shape) {
    case 'null':
      return rNull;
    case 'scalar':
    case 'vector':
      return vector(value.vector);
    case 'matrix':
      return vector(value.vector, new Map([['dim', integers(value.rows, value.columns)]]));
    case 'frame':
      return {
        type: 'list',
        values: value.columns.map((column) => vector(column)),
        attributes: new Map([
          ['names', texts(value.names)],
          ['class', text('data.frame')],
          // NA and minus the count is how R keeps automatic row names.
          ['row.names', value.rows === 0 ? integers() : integers(missingInteger, -value.rows)],
        ]),
      };
    case 'list':
      return list(value.items.map(encodeValue), value.names);
  }
}

function vector(source: Vector, attributes: Attributes = null): RValue {
  switch (source.kind) {
    case 'logical':
      return {
        type: 'logical',
        values: Int32Array.from(source.values, (value) => (value === -1 ? missingInteger : value)),
        attributes,
      };
    case 'integer':
      return { type: 'integer', values: source.values, attributes };
    case 'double':
      return { type: 'double', values: source.values, attributes };
    case 'bigint':
      return { type: 'double', values: toDoubles(source.values), attributes };
    case 'character':
      return { type: 'character', values: source.values, attributes };
  }
}

/** R has no larger integers than 32 bits; a missing one becomes NA, bit by bit, since arithmetic may turn it into NaN. */
function toDoubles(source: (bigint | null)[]): Float64Array {
  const values = Float64Array.from(source, Number);
  const words = new Uint32Array(values.buffer);
  source.forEach((value, index) => {
    if (value === null) words.set([1954, 0x7ff00000], 2 * index);
  });
  return values;
}

const list = (values: RValue[], names: string[] | null = null): RValue => ({
  type: 'list',
  values,
  attributes: names === null ? null : new Map([['names', texts(names)]]),
});

const texts = (values: string[]): RValue => ({ type: 'character', values, attributes: null });
const text = (value: string): RValue => texts([value]);
const textOrNull = (value: string | null): RValue => (value === null ? rNull : text(value));
const double = (value: number): RValue => ({
  type: 'double',
  values: Float64Array.of(value),
  attributes: null,
});
const integers = (...values: number[]): RValue => ({
  type: 'integer',
  values: Int32Array.from(values),
  attributes: null,
});
