/** PORT within web: the compute nodes as the routes see them. `registry.ts` makes one. */
import type { Readable } from 'node:stream';
import type { ComputeHealth, ExecuteHeader, ResultHeader } from '../../contracts/compute-api.ts';

export interface ComputeNodes {
  /** Starts probing; resolves after the first round. */
  start(): Promise<void>;
  /** A healthy node for new work, least loaded first; throws BackEndBusy. */
  choose(): ComputeNode;
  /** All healthy nodes, best first: what a call tries in turn. */
  candidates(): ComputeNode[];
  /** The node of a session, reachable or not; undefined when it was never known. */
  find(uri: string): ComputeNode | undefined;
  /** Every known node with its last health (null: does not answer); `declared` tells explicit URIs from range members. */
  list(): { node: ComputeNode; health: ComputeHealth | null; declared: 'uri' | 'range' }[];
  close(): Promise<void>;
}

export interface ComputeNode {
  /** Canonical, without trailing slash, e.g. http://localhost:12805. */
  readonly uri: string;
  /**
   * One control call (contracts/compute-api.ts). Error answers are thrown as PlinthError of the same code;
   * a node that cannot be reached throws BackEndBusy.
   */
  request(call: ControlCall): Promise<ControlAnswer>;
  /** One execution over the frame connection. Aborting the signal sends a cancel frame. */
  execute(header: ExecuteHeader, body: Uint8Array, signal: AbortSignal): Promise<ExecutionAnswer>;
  /** Makes sure the node holds the blob; `open` is called only when it does not. */
  ensureBlob(hash: string, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<void>;
}

export interface ControlCall {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  correlationId: string;
  /** An object is sent as JSON, a stream as bytes. */
  body?: object | Readable;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface ControlAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Readable;
  json<T>(): Promise<T>;
}

export interface ExecutionAnswer {
  header: ResultHeader;
  body: Buffer;
  /** Microseconds between sending and receiving, minus what the compute node says it took. */
  network: number;
}
