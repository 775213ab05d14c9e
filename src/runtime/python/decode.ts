import type { InputValue, OutputColumn, OutputValue, Vector } from '../../contracts/values.ts';
import { type WorkerReply, workerFailures } from '../../contracts/worker-protocol.ts';

type Done = Extract<WorkerReply, { kind: 'done' }>;
type Failed = Extract<WorkerReply, { kind: 'failed' }>;
type Ready = Extract<WorkerReply, { kind: 'ready' }>;

/** A node of the notation in workers/protocol/README.md. */
type Node = null | [shape: string, ...rest: unknown[]];
type Span = [start: number, length: number] | null;
type Reply =
  | Ready
  | (Omit<Done, 'outputs' | 'files'> & { outputs: Node[]; files: Span[] })
  | (Omit<Failed, 'files'> & { files: Span[] });

/**
 * Reads a reply. Numbers are copied out of the payload, files are views into it. Throws RangeError or SyntaxError when
 * it is not what the protocol says: user code runs in the same process as the worker and may have forged it.
 */
export function decodeReply(payload: Uint8Array): WorkerReply {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const end = 4 + bytes.readUInt32LE(0);
  if (end > bytes.length) throw new RangeError('A reply is shorter than its JSON.');
  const reply = JSON.parse(bytes.toString('latin1', 4, end)) as Reply;
  checkReply(reply);
  if (reply.kind === 'ready') return reply;
  const binary = bytes.subarray(end);
  const files = reply.files.map((span) => (span === null ? null : slice(binary, span[0], span[1])));
  if (reply.kind === 'failed') return { ...reply, files };
  return { ...reply, files, outputs: reply.outputs.map((node) => decodeValue(node, binary, 0)) };
}

const reasons = new Set<string>(workerFailures);

function checkReply(reply: Reply): void {
  if (reply.kind === 'ready') {
    check(typeof reply.version === 'string' && isCount(reply.pid));
    return;
  }
  check(reply.kind === 'done' || reply.kind === 'failed');
  check(isCount(reply.job) && isCount(reply.consoleEnd) && Number.isFinite(reply.elapsed));
  check(isTexts(reply.changedFiles) && Array.isArray(reply.files));
  if (reply.kind === 'done') check(isTexts(reply.names) && Array.isArray(reply.outputs));
  else check(reasons.has(reply.reason) && typeof reply.message === 'string');
}

function check(holds: boolean): void {
  if (!holds) throw new RangeError('A reply does not have the properties of its kind.');
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Twice what a worker allows. */
const deepest = 200;

function decodeValue(node: Node, binary: Buffer, depth: number): OutputValue {
  if (node === null) return { shape: 'null' };
  if (depth > deepest) throw new RangeError('A value is nested too deep.');
  const [shape, a, b, c] = node;
  switch (shape) {
    case 's':
      return { shape: 'scalar', vector: decodeScalar(a as string, b) };
    case 'v':
      return { shape: 'vector', vector: decodeVector(a as Node, binary) };
    case 'm':
      return matrix(a as number, b as number, decodeVector(c as Node, binary));
    case 'f':
      return frame(a as number, b as string[], c as Node[], binary, depth);
    case 'l':
      return list(a as string[] | null, b as Node[], binary, depth);
    default:
      throw new RangeError(`A value has the unknown shape ${shape}.`);
  }
}

function matrix(rows: number, columns: number, vector: Vector): OutputValue {
  check(isCount(rows) && isCount(columns) && vector.values.length === rows * columns);
  return { shape: 'matrix', vector, rows, columns };
}

function frame(rows: number, names: string[], nodes: Node[], binary: Buffer, depth: number): OutputValue {
  check(isCount(rows) && isTexts(names) && Array.isArray(nodes) && nodes.length === names.length);
  const columns = nodes.map(
    (node): OutputColumn =>
      node?.[0] === 'L'
        ? { kind: 'list', values: items(node[1] as Node[], binary, depth) }
        : decodeVector(node, binary),
  );
  check(columns.every((column) => column.values.length === rows));
  return { shape: 'frame', rows, names, columns } as OutputValue;
}

function list(names: string[] | null, nodes: Node[], binary: Buffer, depth: number): OutputValue {
  const values = items(nodes, binary, depth) as InputValue[];
  check(names === null || (isTexts(names) && names.length === values.length));
  return { shape: 'list', names, items: values };
}

function items(nodes: Node[], binary: Buffer, depth: number): OutputValue[] {
  check(Array.isArray(nodes));
  return nodes.map((node) => decodeValue(node, binary, depth + 1));
}

function decodeScalar(kind: string, value: unknown): Vector {
  switch (kind) {
    case 'l':
      return { kind: 'logical', values: Int8Array.of(value === true ? 1 : 0) };
    case 'i':
      return { kind: 'integer', values: Int32Array.of(value as number) };
    case 'd':
      return { kind: 'double', values: Float64Array.of(Number(value)) };
    case 'n':
      return { kind: 'bigint', values: [BigInt(value as string)] };
    case 'c':
      check(typeof value === 'string');
      return { kind: 'character', values: [value as string] };
    default:
      throw new RangeError(`A scalar has the unknown kind ${kind}.`);
  }
}

function decodeVector(node: Node, binary: Buffer): Vector {
  const [kind, a, b] = node ?? [''];
  switch (kind) {
    case 'l':
      return { kind: 'logical', values: new Int8Array(copy(binary, a, b, 1)) };
    case 'i':
      return { kind: 'integer', values: new Int32Array(copy(binary, a, b, 4)) };
    case 'd':
      return { kind: 'double', values: new Float64Array(copy(binary, a, b, 8)) };
    case 'q':
      return { kind: 'bigint', values: Array.from(new BigInt64Array(copy(binary, a, b, 8))) };
    case 'n':
      check(Array.isArray(a));
      return {
        kind: 'bigint',
        values: (a as (string | null)[]).map((text) => (text === null ? null : BigInt(text))),
      };
    case 'c':
      check(Array.isArray(a) && a.every((text) => text === null || typeof text === 'string'));
      return { kind: 'character', values: a as (string | null)[] };
    default:
      throw new RangeError(`A column has the unknown kind ${kind}.`);
  }
}

/** Payloads begin anywhere in what arrived, typed arrays only at multiples of their size: hence the copy. */
function copy(binary: Buffer, start: unknown, count: unknown, size: number): ArrayBuffer {
  check(isCount(count));
  const part = slice(binary, start as number, (count as number) * size);
  return part.buffer.slice(part.byteOffset, part.byteOffset + part.length) as ArrayBuffer;
}

function slice(binary: Buffer, start: number, length: number): Buffer {
  if (!isCount(start) || !isCount(length) || start + length > binary.length)
    throw new RangeError('A reply refers to bytes beyond its end.');
  return binary.subarray(start, start + length);
}
