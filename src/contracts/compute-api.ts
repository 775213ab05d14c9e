/**
 * What web nodes and compute nodes say to each other. Control calls are HTTP/1.1 with JSON; executions of services
 * travel as frames on a connection upgraded with `Upgrade: plinth-frames` on the same port.
 * Every request carries the cluster key; only GET /ping is open.
 */

import type { RuntimeName } from './data-types.ts';
import type { ErrorCode } from './error-codes.ts';

export const clusterKeyHeader = 'x-plinth-cluster-key';
export const correlationHeader = 'x-correlation-id';
export const framesProtocol = 'plinth-frames';

/**
 * | method and path                         | body in                       | answer                              |
 * |-----------------------------------------|-------------------------------|-------------------------------------|
 * | GET    /ping                            |                               | 200 `pong` (no cluster key needed)  |
 * | GET    /health                          |                               | 200 ComputeHealth                   |
 * | HEAD   /blobs/{sha256}                  |                               | 200 or 404                          |
 * | PUT    /blobs/{sha256}                  | bytes, streamed               | 204; 400 when the hash differs      |
 * | PUT    /services/{key}                  | ServiceDefinition             | 204; 409 when its snapshot blob is missing |
 * | DELETE /services/{key}                  |                               | 204: workers finish and go          |
 * | POST   /sessions                        | OpenSessionRequest            | 201 {}; 409 when the blob is missing; 503 |
 * | DELETE /sessions/{id}?force=true        |                               | 200 {}                              |
 * | POST   /sessions/{id}/execute           | SessionExecuteRequest         | 200: ExecuteResponse of the REST API |
 * | POST   /sessions/{id}/cancel            |                               | 200 {}                              |
 * | GET    /sessions/{id}/console-output    |                               | 200 {consoleOutput}                 |
 * | GET    /sessions/{id}/history           |                               | 200 string[]                        |
 * | GET    /sessions/{id}/files             |                               | 200 string[]                        |
 * | GET, PUT, DELETE /sessions/{id}/files/{name} | bytes (PUT)              | 200 bytes / 201 / 200               |
 * | GET    /sessions/{id}/workspace         |                               | 200 string[]                        |
 * | GET, PUT, DELETE /sessions/{id}/workspace/{name} | bytes (PUT)          | 200 bytes / 200 / 200               |
 * | POST   /sessions/{id}/snapshot          |                               | 200 zip bytes, streamed             |
 * | POST   /sessions/{id}/loadsnapshot      | {snapshot: sha256}            | 200 {}; 409 when the blob is missing |
 *
 * Unknown session: 404. Session whose interpreter is gone: 410. Errors are ComputeErrorBody; the web node turns
 * `error` into its own answer through the catalogue. DELETE of a client request (socket closed) cancels its execution.
 */
export interface ComputeErrorBody {
  error: ErrorCode;
  message: string;
  fields: string | null;
  /** With Conflict: the SHA-256 of the blob that must be PUT first. */
  missingBlob?: string;
}

export interface PoolHealth {
  version: string;
  maxPoolSize: number;
  activeShellCount: number;
  currentPoolSize: number;
  canOpenShell: boolean;
}

export interface ComputeHealth {
  apiVersion: '1.0';
  version: string;
  ready: boolean;
  runtimes: Partial<Record<RuntimeName, PoolHealth>>;
  isolation: 'bubblewrap' | 'setpriv' | 'none';
  limits: 'cgroup2' | 'rlimit';
  logPath: string;
  /** Calls and sessions running plus waiting, and how many can run at once: what placement compares. */
  load: { active: number; limit: number };
}

export interface OpenSessionRequest {
  id: string;
  runtime: RuntimeName;
  owner: string;
  /** SHA-256 of a snapshot zip to load before the answer, or null. */
  snapshot: string | null;
  /** Close after this many idle milliseconds; 0 = never. */
  idleTimeoutMs: number;
}

export interface SessionExecuteRequest {
  code: string;
  inputParameters: { name: string; value: unknown }[];
  outputParameters: string[];
}

/** Kinds of execution frames. Layout: u32 length of the rest | u8 kind | u32 id | u16 header length | header JSON | body. Little-endian. */
export const frameKind = { execute: 1, cancel: 2, result: 3, goAway: 4 } as const;

/** Header of an `execute` frame; the body is the request body of the client, untouched. */
export interface ExecuteHeader {
  /** ServiceKey of a definition that was PUT before; the node answers UnknownService when it does not hold it. */
  service: string;
  correlationId: string;
  caller: string;
  /** Milliseconds the node may take from receipt; after that it stops the code and answers DeadlineExceeded. */
  timeoutMs: number;
}

/** Header of a `result` frame. Without `error` the body is the finished WebServiceResult JSON. */
export interface ResultHeader {
  error?: ErrorCode | 'UnknownService';
  message?: string;
  fields?: string | null;
  /** Microseconds spent: waiting for or creating a worker, loading the service into it, inside the compute node, in the interpreter. */
  timings: [createShell: number, initializeShell: number, computeNode: number, interpreter: number];
}

/** Largest execution frame either side reads, in bytes: the JSON body limit plus room for the header. */
export const maxFrameBytes = 272 * 1024 * 1024;
