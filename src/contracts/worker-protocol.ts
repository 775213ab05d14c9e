/**
 * What a compute node and a worker (one R or Python process) say to each other: one request frame, one reply frame per
 * job, in order. A frame is `u32 length (little-endian) | payload` on a pair of named pipes that are not
 * stdin/stdout/stderr. The payload's notation belongs to the runtime (R serialization; JSON plus binary columns):
 * `workers/protocol/README.md` is the specification, these types are its meaning.
 */

import type { ParameterDefinition } from './data-types.ts';
import type { NamedInput, OutputValue } from './values.ts';

/** Every request carries the job number; replies repeat it, stale ones are ignored. Paths are absolute, as the worker sees them. */
export type WorkerRequest =
  /** Becomes a service worker: restores workspace and files, runs initCode, parses the code. */
  | {
      kind: 'load';
      job: number;
      code: string;
      initCode: string | null;
      inputs: ParameterDefinition[];
      outputs: ParameterDefinition[];
      outputFileNames: string[];
      /** Saved workspace (.RData or .dill) to restore first, or null. */
      workspace: string | null;
      /** Folder whose files every call finds in its working directory, or null. */
      files: string | null;
    }
  /** Runs the loaded code once with these inputs, then puts everything back. */
  | { kind: 'call'; job: number; inputs: NamedInput[] }
  /** Runs code in the session's own environment. */
  | { kind: 'execute'; job: number; code: string; inputs: NamedInput[]; outputs: string[] }
  | { kind: 'listObjects'; job: number }
  /** Writes one object to a file (.RData with that one object; dill). */
  | { kind: 'saveObject'; job: number; name: string; path: string }
  /** Reads a file into the object called name. */
  | { kind: 'loadObject'; job: number; name: string; path: string }
  | { kind: 'removeObject'; job: number; name: string }
  | { kind: 'saveWorkspace'; job: number; path: string }
  | { kind: 'loadWorkspace'; job: number; path: string }
  /** Idle time: collect garbage now, so that no call pays for it. */
  | { kind: 'collect'; job: number };

/**
 * Why a job failed.
 * error: the code raised it. interrupted: SIGINT reached it. missingOutput: a declared or requested output does not
 * exist. unsupported: an output cannot be converted. quit: the code asked the interpreter to end. notFound: no object
 * of that name. unreadable: a file could not be deserialized.
 */
export const workerFailures = [
  'error',
  'interrupted',
  'missingOutput',
  'unsupported',
  'quit',
  'notFound',
  'unreadable',
] as const;
export type WorkerFailure = (typeof workerFailures)[number];

interface ReplyBase {
  job: number;
  /** Size in bytes of the worker's console file when the job ended: everything up to here belongs to it or earlier jobs. */
  consoleEnd: number;
  /** Names created or modified in the working directory. */
  changedFiles: string[];
}

export type WorkerReply =
  /** First frame of every worker; job is 0. */
  | { kind: 'ready'; job: 0; version: string; pid: number }
  | (ReplyBase & {
      kind: 'done';
      /** call, execute: values in the order of the outputs asked for. */
      outputs: OutputValue[];
      /** call: declared output files in order, null where the run made none. */
      files: (Uint8Array | null)[];
      /** listObjects. */
      names: string[];
      /** Microseconds the code itself ran. */
      elapsed: number;
    })
  | (ReplyBase & {
      kind: 'failed';
      reason: WorkerFailure;
      message: string;
      files: (Uint8Array | null)[];
      elapsed: number;
    });

/** Largest frame read from or written to a worker, in bytes (`Limits.Result`, decision 34). */
export const maxWorkerFrameBytes = 256 * 1024 * 1024;
