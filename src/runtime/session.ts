import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import type { NamedInput } from '../contracts/values.ts';
import { notFound, PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { giveFile } from './give-file.ts';
import type { Job, JobEnd, JobReply, WorkerJob } from './job.ts';
import { interpreterLost, toOutcome, toReply } from './outcome.ts';
import type { CallContext, InteractiveSession, Outcome } from './runtime.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { SerialQueue } from './serial-queue.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface SessionParts {
  id: string;
  owner: string;
  worker: WorkerProcess;
  sandbox: Sandbox;
  interruptGrace: number;
  /** Microseconds it took to get the worker: told with the first execution. */
  createShell: number;
  logger: Logger;
  onClosed: () => void;
}

const gracefulCloseMs = 10_000;
/** Entries of the history; the oldest go first. */
const historyLength = 1000;

const gone = (): PlinthError => new PlinthError('Gone', 'The interpreter of this session is gone.');

/** A leased worker and its one user. */
export class Session implements InteractiveSession {
  readonly id: string;
  readonly owner: string;
  readonly directory: string;
  readonly #parts: SessionParts;
  readonly #queue = new SerialQueue();
  #history: string[] = [];
  #running: { job: Job; ended: Promise<unknown> } | null = null;
  #lastConsole = '';
  #lastUse = Date.now();
  #createShell: number;
  #closing: Promise<void> | null = null;

  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.owner = parts.owner;
    this.directory = parts.worker.folder.work;
    this.#parts = parts;
    this.#createShell = parts.createShell;
  }

  get runtime() {
    return this.#parts.worker.launcher.name;
  }

  get gone(): boolean {
    return this.#closing === null && !this.#parts.worker.alive;
  }

  get lastUse(): number {
    return this.#running === null ? this.#lastUse : Date.now();
  }

  async execute(
    code: string,
    inputs: NamedInput[],
    outputs: string[],
    context: CallContext,
  ): Promise<Outcome> {
    this.#history = [...this.#history.slice(1 - historyLength), code];
    const preparation = { createShell: this.#createShell, initializeShell: 0 };
    this.#createShell = 0;
    const end = await this.#run({ kind: 'execute', code, inputs, outputs }, context.signal);
    return toOutcome(end, preparation, (how) => this.#lost(how, context));
  }

  consoleOutput(): string {
    return this.#running === null ? this.#lastConsole : this.#parts.worker.console.soFar();
  }

  history(): string[] {
    return this.#history;
  }

  async cancel(): Promise<void> {
    await this.#interrupt(this.#parts.interruptGrace);
  }

  async listObjects(): Promise<string[]> {
    const reply = await this.#ask({ kind: 'listObjects' });
    return reply.kind === 'done' ? reply.names : [];
  }

  async saveObject(name: string, file: string): Promise<void> {
    await this.#ask({ kind: 'saveObject', name, path: this.#inside(file) });
  }

  async loadObject(name: string, file: string): Promise<void> {
    await this.#ask({ kind: 'loadObject', name, path: this.#inside(file) });
  }

  async removeObject(name: string): Promise<void> {
    await this.#ask({ kind: 'removeObject', name });
  }

  async saveWorkspace(file: string): Promise<void> {
    await this.#ask({ kind: 'saveWorkspace', path: this.#inside(file) });
  }

  async loadWorkspace(file: string): Promise<void> {
    await this.#ask({ kind: 'loadWorkspace', path: this.#inside(file) });
  }

  /** Not to be guessed: user code could have put a link under a name it knows. */
  scratchFile(name: string): string {
    return join(this.#parts.worker.folder.scratch, `${randomBytes(12).toString('hex')}-${basename(name)}`);
  }

  async handOver(file: string): Promise<void> {
    const { uid, folder } = this.#parts.worker;
    if (uid !== null) await giveFile(file, folder.path, uid);
  }

  /** Resolves when all that was asked of it has ended. */
  async idle(): Promise<void> {
    await this.#queue.current;
  }

  close({ force }: { force: boolean }): Promise<void> {
    this.#closing ??= this.#close(force);
    if (force) this.#parts.worker.kill();
    return this.#closing;
  }

  async #close(force: boolean): Promise<void> {
    if (!force) await this.#interrupt(gracefulCloseMs);
    this.#parts.worker.kill();
    await this.#parts.worker.gone;
    this.#history = [];
    this.#lastConsole = '';
    this.#parts.onClosed();
  }

  /** Resolves when what runs has ended; the worker is killed after the grace. */
  async #interrupt(graceMs: number): Promise<void> {
    if (this.#running === null) return;
    const { job, ended } = this.#running;
    job.stop(graceMs);
    await ended;
  }

  /** The end of a job; rejects early, with the signal's reason, when the caller gives up on it. */
  #run(job: WorkerJob, signal?: AbortSignal): Promise<JobEnd> {
    return this.#queue.add(signal, async (abandoned) => {
      const { worker, interruptGrace } = this.#parts;
      if (this.#closing !== null || !worker.alive) throw gone();
      const { promise, resolve } = Promise.withResolvers<JobEnd>();
      const running = worker.send(job, (end) => {
        this.#running = null;
        this.#lastUse = Date.now();
        if (end.kind === 'reply' && job.kind === 'execute') this.#lastConsole = end.console;
        resolve(end);
      });
      this.#running = { job: running, ended: promise };
      abandoned(() => running.stop(interruptGrace));
      return promise;
    });
  }

  /** For jobs that are not the user's code: their failures are errors of the request. */
  async #ask(job: WorkerJob): Promise<JobReply> {
    const reply = toReply(await this.#run(job), (how) => this.#lost(how));
    if (reply.kind === 'failed')
      throw reply.reason === 'notFound'
        ? notFound(reply.message)
        : new PlinthError('InvalidRequest', reply.message);
    return reply;
  }

  #lost(how: string, context?: CallContext): PlinthError {
    if (this.#closing !== null) return new PlinthError('Gone', 'The session was closed.');
    return interpreterLost(this.#parts.logger, `session ${this.id}`, how, context);
  }

  #inside(file: string): string {
    return this.#parts.sandbox.inside(this.#parts.worker.folder, file);
  }
}
