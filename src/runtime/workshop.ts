import { availableParallelism, totalmem } from 'node:os';
import type { ComputeNodeConfig } from '../contracts/config.ts';
import type { Logger } from '../lib/logger.ts';
import { BusyWatch } from './busy-watch.ts';
import { lowerLimits, sameLimits, widest } from './sandbox/limits.ts';
import type { ProcessLimits, Sandbox } from './sandbox/sandbox.ts';
import { Slots } from './slots.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The settings runtimes depend on, with `WorkDir` resolved to an absolute path. */
export type RuntimeSettings = Pick<
  ComputeNodeConfig,
  'Pool' | 'Runtimes' | 'WorkDir' | 'Isolation' | 'Limits'
>;

export type Limits = ComputeNodeConfig['Limits'];
type UseLimits = Limits['Call'];

/** Where and how workers of this node are started; shared by all runtimes. */
export interface Workshop {
  workDir: string;
  sandbox: Sandbox;
  /** Numbers of the workers that exist; each has its own user id by it. */
  slots: Slots;
  watch: BusyWatch;
  /** What a worker starts with, before it is known what it will be used for. */
  processLimits: ProcessLimits;
  consoleOutput: number;
  interruptGrace: number;
  logger: Logger;
}

export const openWorkshop = (
  workDir: string,
  sandbox: Sandbox,
  limits: Limits,
  logger: Logger,
): Workshop => ({
  workDir,
  sandbox,
  slots: new Slots((slot) => sandbox.uid(slot)),
  watch: new BusyWatch(),
  processLimits: widest(limits.Call, limits.Session),
  consoleOutput: limits.Call.ConsoleOutput,
  interruptGrace: limits.InterruptGrace,
  logger,
});

/** Puts the limits of its use on a worker that was blank. */
export async function limitTo(use: UseLimits, worker: WorkerProcess, workshop: Workshop): Promise<void> {
  worker.limits = use;
  worker.console.limit = use.ConsoleOutput;
  const { interpreter } = worker.process;
  if (interpreter !== null && !sameLimits(use, workshop.processLimits))
    await lowerLimits(interpreter, use, workshop.sandbox.kind !== 'none', worker.uid);
}

const bytesPerInterpreter = 64 * 1024 ** 2;

/** Interpreters of one runtime that may exist. */
export const hardLimit = (pool: ComputeNodeConfig['Pool']): number =>
  pool.HardLimit || Math.max(1, Math.floor(totalmem() / bytesPerInterpreter));

/** Workers a service gets as soon as it has calls for them. */
export const workersPerService = (pool: ComputeNodeConfig['Pool']): number =>
  pool.WorkersPerService || availableParallelism();
