import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstChild, lineage, startTime } from './process-table.ts';
import type { ContainedCommand, Sandbox } from './sandbox/sandbox.ts';
import { signal } from './terminate.ts';
import type { WorkerFolder } from './worker-folder.ts';

/** Name of the file in a worker's folder that tells a later node which process to end if this one crashes. */
export const processRecord = 'process';

/**
 * SIGKILL to every other process of the user id it runs under, until there is none: they die a moment after the
 * signal. Not for ever: where nobody reaps orphans, dead ones stay.
 */
const killOwn = 'n=0; while [ $n -lt 50 ] && kill -KILL -1; do n=$((n + 1)); sleep 0.01; done';

/** The operating system's side of a worker: the interpreter and whatever contains it. */
export class ContainedProcess {
  /** Resolves when every process of the worker is gone, with how it ended (`exit code 1`, `SIGKILL`). */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #sandbox: Sandbox;
  /** Process id of the interpreter itself as this process sees it, once `locate` found it. */
  #interpreter: number | null = null;
  #over = false;

  constructor(command: ContainedCommand, console: number, sandbox: Sandbox, uid: number | null) {
    this.#sandbox = sandbox;
    this.#child = spawn(command.executable, command.args, {
      cwd: command.directory,
      env: command.environment,
      stdio: ['ignore', console, console],
      // A group of its own, so that everything in it can be killed at once.
      detached: true,
    });
    this.exited = this.#awaitExit(uid);
  }

  get interpreter(): number | null {
    return this.#interpreter;
  }

  /** Leaves a note for a later node: the process and its start, for process ids are used again. */
  async record(folder: WorkerFolder): Promise<void> {
    const { pid } = this.#child;
    const started = pid === undefined ? null : startTime(pid);
    if (started !== null) await writeFile(join(folder.path, processRecord), `${pid} ${started}`);
  }

  /** Finds the interpreter by the process id it reports of itself; false when no such process is below ours. */
  locate(reported: number): boolean {
    const { pid } = this.#child;
    this.#interpreter = pid === undefined ? null : (lineage(pid, reported)?.at(-1) ?? null);
    return this.#interpreter !== null;
  }

  /** To the interpreter alone: a SIGINT to bwrap would kill the sandbox. */
  interrupt(): void {
    if (!this.#over && this.#interpreter !== null) signal(this.#interpreter, 'SIGINT');
  }

  kill(): void {
    const { pid } = this.#child;
    if (this.#over || pid === undefined) return;
    // Killing the first process of the sandbox's process namespace kills all of it, and bwrap exits only after that.
    const first = this.#sandbox.kind === 'bubblewrap' ? firstChild(pid) : null;
    signal(first ?? -pid, 'SIGKILL');
  }

  async #awaitExit(uid: number | null): Promise<string> {
    const { pid } = this.#child;
    try {
      const [code, name] = (await once(this.#child, 'exit')) as [number | null, string | null];
      if (pid !== undefined) await this.#reap(pid, uid);
      return name ?? `exit code ${code}`;
    } catch (error) {
      return `it could not be started (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
    } finally {
      this.#over = true;
    }
  }

  /** What the interpreter started outlives it unless a process namespace ended with it. */
  async #reap(pid: number, uid: number | null): Promise<void> {
    if (this.#sandbox.kind === 'bubblewrap') return;
    signal(-pid, 'SIGKILL');
    if (uid === null) return;
    // Processes may leave their group, but not the user id that is this worker's alone.
    const sweep = spawn('/bin/sh', ['-c', killOwn], {
      uid,
      gid: uid,
      stdio: 'ignore',
      env: { PATH: '/usr/bin:/bin' },
    });
    await once(sweep, 'exit');
  }
}
