import type { InputValue, NamedInput, Vector } from '../../contracts/values.ts';
import type { WorkerRequest } from '../../contracts/worker-protocol.ts';

/** A request as the payload parts of a frame: u32 length of JSON and JSON, then the binary columns, uncopied. */
export function encodeRequest(request: WorkerRequest): Uint8Array[] {
  const columns = new Columns();
  const text =
    request.kind === 'call' || request.kind === 'execute'
      ? JSON.stringify({ ...request, inputs: request.inputs.map((input) => encodeInput(input, columns)) })
      : JSON.stringify(request);
  const length = Buffer.byteLength(text);
  const start = Buffer.allocUnsafe(4 + length);
  start.writeUInt32LE(length);
  start.write(text, 4);
  return [start, ...columns.parts];
}

/** A node of the notation in workers/protocol/README.md. */
type Node = null | [shape: string, ...rest: unknown[]];

class Columns {
  readonly parts: Uint8Array[] = [];
  #size = 0;

  /** Adds a column; returns where it begins. */
  add(values: Int8Array | Int32Array | Float64Array): number {
    const start = this.#size;
    this.parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.#size += values.byteLength;
    return start;
  }
}

const encodeInput = ({ name, value }: NamedInput, columns: Columns): [string, Node] => [
  name,
  encodeValue(value, columns),
];

function encodeValue(value: InputValue, columns: Columns): Node {
  switch (value.shape) {
    case 'null':
      return null;
    case 'scalar':
      return encodeScalar(value.vector);
    case 'vector':
      return ['v', encodeVector(value.vector, columns)];
    case 'matrix':
      return ['m', value.rows, value.columns, encodeVector(value.vector, columns)];
    case 'frame':
      return ['f', value.rows, value.names, value.columns.map((column) => encodeVector(column, columns))];
    case 'list':
      return ['l', value.names, value.items.map((item) => encodeValue(item, columns))];
  }
}

function encodeScalar(vector: Vector): Node {
  switch (vector.kind) {
    case 'logical':
      return ['s', 'l', vector.values[0] === 1];
    case 'integer':
      return ['s', 'i', vector.values[0]];
    case 'bigint':
      return ['s', 'n', String(vector.values[0])];
    case 'double':
      // JSON would drop the sign of −0, and Python reads the text as well.
      return ['s', 'd', Object.is(vector.values[0], -0) ? '-0.0' : vector.values[0]];
    case 'character':
      return ['s', 'c', vector.values[0]];
  }
}

function encodeVector(vector: Vector, columns: Columns): Node {
  switch (vector.kind) {
    case 'logical':
      return ['l', columns.add(vector.values), vector.values.length];
    case 'integer':
      return ['i', columns.add(vector.values), vector.values.length];
    case 'double':
      return ['d', columns.add(vector.values), vector.values.length];
    case 'bigint':
      return ['n', vector.values.map((value) => (value === null ? null : String(value)))];
    case 'character':
      return ['c', vector.values];
  }
}
