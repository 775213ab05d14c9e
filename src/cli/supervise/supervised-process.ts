import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity, signal } from './process-identity.ts';

/** A process with an end to wait for. */
export interface SupervisedProcess {
  readonly identity: ProcessIdentity;
  /** Settles when it is gone, whatever the reason. */
  readonly ended: Promise<void>;
}

/** Starts a program with its output going to the open file `output`; null when it could not be started. */
export function startProcess(
  program: string,
  environment: NodeJS.ProcessEnv,
  output: number,
): SupervisedProcess | null {
  const child = spawn(program, [], { stdio: ['ignore', output, output], env: environment, cwd: '/' });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const identity = child.pid === undefined ? null : identify(child.pid);
  return identity === null ? null : { identity, ended };
}

/** How often an adopted process is looked at: no event tells the end of a process that is not a child. */
const adoptedPollMs = 200;

/** Takes over a process that an earlier supervisor started. */
export function adoptProcess(identity: ProcessIdentity): SupervisedProcess {
  const watch = async (): Promise<void> => {
    while (isRunning(identity)) await delay(adoptedPollMs);
  };
  return { identity, ended: watch() };
}

/** Asks a process to end, and kills it when it has not within `graceMs`. Resolves when it is gone. */
export async function endProcess(target: SupervisedProcess, graceMs: number): Promise<void> {
  signal(target.identity, 'SIGTERM');
  const timer = setTimeout(() => signal(target.identity, 'SIGKILL'), graceMs);
  await target.ended;
  clearTimeout(timer);
}
