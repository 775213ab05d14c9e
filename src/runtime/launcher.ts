/** PORT within runtime: how one kind of interpreter is found, started and spoken to. `r/` and `python/` are its adapters. */
import type { RuntimeName } from '../contracts/data-types.ts';
import type { WorkerReply, WorkerRequest } from '../contracts/worker-protocol.ts';

/** The payload notation of a runtime. Both directions are synchronous and bounded by the frame's length. */
export interface Codec {
  /** Parts of the payload, written in order. */
  encode(request: WorkerRequest): Uint8Array[];
  /** Throws RangeError or SyntaxError on malformed payloads: the worker is then killed. */
  decode(payload: Uint8Array): WorkerReply;
}

/** Where a worker finds its things: absolute paths as the worker sees them, which in a sandbox are not those of the host. */
export interface WorkerPaths {
  /** Named pipe the worker reads requests from, and the one it writes replies to. */
  requests: string;
  replies: string;
  /** The file that is its stdout and stderr (append mode); it reports the size as `consoleEnd`. */
  console: string;
  /** Working directory of user code. */
  directory: string;
  /** TMPDIR. */
  temporary: string;
}

export interface WorkerCommand {
  executable: string;
  args: string[];
  /** The whole environment of the worker; nothing is inherited. */
  environment: Record<string, string>;
  /** Host paths the sandbox must show read-only besides /usr, /lib*, /bin, /sbin. */
  readable: string[];
}

export interface Launcher {
  readonly name: RuntimeName;
  /** Version of the interpreter, e.g. 4.2.2. */
  readonly version: string;
  readonly codec: Codec;
  /** Jobs that may be in flight on one worker when its calls are short (R 2, Python 4: measured). */
  readonly depth: number;
  command(paths: WorkerPaths): WorkerCommand;
}
