/**
 * PORT: running R and Python. The compute node's routes know only this file; `open-runtimes.ts` makes one.
 */
import type { PoolHealth } from '../contracts/compute-api.ts';
import type { RuntimeName } from '../contracts/data-types.ts';
import type { ServiceDefinition, ServiceKey } from '../contracts/service-definition.ts';
import type { NamedInput, OutputValue } from '../contracts/values.ts';

/** Who asks, under which correlation id, until when (`AbortSignal` carries both client disconnect and deadline). */
export interface CallContext {
  correlationId: string;
  caller: string;
  signal: AbortSignal;
}

/** A service version that workers can be made of. `restored` holds its unpacked snapshot, or null. */
export interface RunnableService {
  key: ServiceKey;
  definition: ServiceDefinition;
  restored: RestoredSnapshot | null;
}

/** An unpacked snapshot on disk: the saved workspace (or null) and the folder of the other files (or null when none). */
export interface RestoredSnapshot {
  workspace: string | null;
  files: string | null;
}

/** What a run of code brought. `ok: false` is the code's own failure, an answer like any other. */
export interface Outcome {
  ok: boolean;
  errorMessage: string;
  outputs: OutputValue[];
  files: (Uint8Array | null)[];
  consoleOutput: string;
  changedFiles: string[];
  /** Microseconds: getting a worker, loading the service into it, running the code. */
  timings: { createShell: number; initializeShell: number; interpreter: number };
}

/** One user's interpreter, kept until closed. Calls on it run one after another in order of arrival. */
export interface InteractiveSession {
  readonly id: string;
  readonly runtime: RuntimeName;
  readonly owner: string;
  /** The working directory, as this process sees it. */
  readonly directory: string;
  /** True once the interpreter died without being closed: every call then throws Gone. */
  readonly gone: boolean;
  /** Epoch milliseconds of the last call or end of execution; a running execution is never idle. */
  readonly lastUse: number;
  execute(code: string, inputs: NamedInput[], outputs: string[], context: CallContext): Promise<Outcome>;
  /** Console text of the running execution so far, else of the last one, else ''. */
  consoleOutput(): string;
  /** Code submitted with execute, oldest first. */
  history(): string[];
  /** Interrupts the running execution; no effect when idle. */
  cancel(): Promise<void>;
  listObjects(): Promise<string[]>;
  /** Writes the object to `file` (a path made by `scratchFile`). Unknown name: NotFound. */
  saveObject(name: string, file: string): Promise<void>;
  /** Reads `file` into the object. Not deserializable: InvalidRequest. */
  loadObject(name: string, file: string): Promise<void>;
  removeObject(name: string): Promise<void>;
  saveWorkspace(file: string): Promise<void>;
  loadWorkspace(file: string): Promise<void>;
  /** A path outside the working directory that both this process and the interpreter can read and write. */
  scratchFile(name: string): string;
  /** Makes a file this process wrote (in `directory` or scratch) the interpreter's own. */
  handOver(file: string): Promise<void>;
  /** Graceful: interrupts, waits 10 s, kills. Force: kills at once. Frees directory and history. */
  close(options: { force: boolean }): Promise<void>;
}

export interface Runtimes {
  readonly isolation: 'bubblewrap' | 'setpriv' | 'none';
  readonly limits: 'cgroup2' | 'rlimit';
  /** Fills the generic pools (InitialSize each); resolves when they stand. */
  start(): Promise<void>;
  installed(): RuntimeName[];
  health(): Partial<Record<RuntimeName, PoolHealth>>;
  load(): { active: number; limit: number };
  /**
   * Runs one call of a service on a worker that holds it, or makes one. Inputs are bound already.
   * Throws InterpreterLost, DeadlineExceeded, ServiceBusy; a call cancelled by its signal rejects with the signal's reason.
   */
  call(service: RunnableService, inputs: NamedInput[], context: CallContext): Promise<Outcome>;
  /** Lets the workers of a service finish and go: it was deleted or replaced. */
  release(key: ServiceKey): void;
  openSession(
    request: { id: string; runtime: RuntimeName; owner: string },
    context: CallContext,
  ): Promise<InteractiveSession>;
  /** Takes no new work, lets running work end within the grace, then kills what is left. */
  stop(graceMs: number): Promise<void>;
}
