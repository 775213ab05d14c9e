import type { OutputValue } from '../../contracts/values.ts';
import { type WorkerFailure, type WorkerReply, workerFailures } from '../../contracts/worker-protocol.ts';
import { readSerialized } from '../../rdata/read.ts';
import { type RValue, textAttribute } from '../../rdata/values.ts';
import { toOutput, Unsupported } from './convert.ts';

/** Nested lists of an answer; JSON of that depth is of no use to anybody, and far deeper ends the stack. */
const maxDepth = 500;

/** A reply from its payload; what stands where is said in workers/protocol. Throws RangeError on anything malformed. */
export function decodeReply(payload: Uint8Array): WorkerReply {
  const reply = readSerialized(payload, { maxDepth });
  if (reply.type !== 'list') throw new RangeError('A reply of an R worker is not a list.');
  const [kind, job, third, fourth, elapsed, sixth, seventh, eighth] = reply.values;
  if (text(kind) === 'ready') return { kind: 'ready', job: 0, version: text(third), pid: number(fourth) };
  const base = {
    job: number(job),
    consoleEnd: number(third),
    changedFiles: texts(fourth),
    elapsed: number(elapsed),
  };
  switch (text(kind)) {
    case 'done': {
      const files = bytes(seventh);
      try {
        return { kind: 'done', ...base, outputs: outputs(sixth), files, names: texts(eighth) };
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error;
        return { kind: 'failed', ...base, reason: 'unsupported', message: error.message, files };
      }
    }
    case 'failed':
      return {
        kind: 'failed',
        ...base,
        reason: failure(text(sixth)),
        message: text(seventh),
        files: bytes(eighth),
      };
    default:
      throw new RangeError('A reply of an R worker is of unknown kind.');
  }
}

function outputs(value: RValue | undefined): OutputValue[] {
  if (value?.type !== 'list') return [];
  const names = textAttribute(value, 'names') ?? [];
  return value.values.map((item, index) => {
    try {
      return toOutput(item);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      throw new Unsupported(`The output "${names[index]}" ${error.message}, which cannot be returned.`);
    }
  });
}

function failure(reason: string): WorkerFailure {
  const known = workerFailures.find((candidate) => candidate === reason);
  if (known === undefined) throw new RangeError(`An R worker failed for the unknown reason "${reason}".`);
  return known;
}

function text(value: RValue | undefined): string {
  const first = value?.type === 'character' ? value.values[0] : undefined;
  if (typeof first !== 'string') throw new RangeError('A reply of an R worker lacks a text.');
  return first;
}

function number(value: RValue | undefined): number {
  const first = value?.type === 'double' || value?.type === 'integer' ? value.values[0] : undefined;
  if (first === undefined) throw new RangeError('A reply of an R worker lacks a number.');
  return first;
}

const texts = (value: RValue | undefined): string[] =>
  value?.type === 'character' ? value.values.map((item) => item ?? '') : [];

const bytes = (value: RValue | undefined): (Uint8Array | null)[] =>
  value?.type === 'list' ? value.values.map((item) => (item.type === 'raw' ? item.values : null)) : [];
