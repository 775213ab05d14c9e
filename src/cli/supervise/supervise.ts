import { closeSync } from 'node:fs';
import type { Environment, NodeRole } from '../../config/environment.ts';
import type { HomePaths } from '../../config/home.ts';
import { isReady } from '../nodes/ping.ts';
import { claimSupervision } from './claim.ts';
import { openConsoleLog } from './console-log.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { nodeEnvironment, nodeProgram } from './programs.ts';
import { type RunRecord, readRunRecord, removeRunRecord, runningParts, writeRunRecord } from './run-file.ts';
import { adoptProcess, endProcess, type SupervisedProcess, startProcess } from './supervised-process.ts';

export interface Supervision {
  environment: Environment;
  home: HomePaths;
  role: NodeRole;
  /** Aborted when the node shall stop. */
  stop: AbortSignal;
  /** The endpoint the node listens on by its present settings; null when they are refused. */
  endpoint(): string | null;
  /** Told each time the node has become ready. */
  onReady(): Promise<void>;
}

/** The node gets 30 s to finish its requests (CLI-30) and a little for closing. */
const stopGraceMs = 35_000;
const firstPauseMs = 100;
const longestPauseMs = 10_000;
const readyPollMs = 100;

/**
 * Keeps a node running until `stop`: starts it, starts it again when it ends by itself (at once after it had been ready,
 * then after pauses that double up to 10 s), and takes over the one that a killed supervisor left behind.
 * Resolves at once, with false, when another supervisor does all this already.
 */
export async function supervise(supervision: Supervision): Promise<boolean> {
  const { home, role, stop } = supervision;
  const claim = await claimSupervision(home, role);
  if (claim === null) return false;
  try {
    let left = runningParts(readRunRecord(home, role)).node;
    let failures = 0;
    while (!stop.aborted) {
      const wasReady = await runOnce(supervision, left, failures);
      left = null;
      failures = wasReady ? 0 : failures + 1;
      await pause(Math.min(firstPauseMs * 2 ** failures, longestPauseMs), stop);
    }
  } finally {
    removeRunRecord(home, role);
    claim.close();
  }
  return true;
}

/** One life of the node; tells whether it had been ready. */
async function runOnce(
  supervision: Supervision,
  left: ProcessIdentity | null,
  failures: number,
): Promise<boolean> {
  const { environment, home, role, stop } = supervision;
  const endpoint = supervision.endpoint();
  const record: RunRecord = {
    supervisor: identify(process.pid) as ProcessIdentity,
    node: null,
    endpoint,
    since: left === null ? new Date().toISOString() : (readRunRecord(home, role)?.since ?? null),
    failures,
  };
  const target = left === null ? startNode(environment, home, role) : adoptProcess(left);
  writeRunRecord(home, role, { ...record, node: target?.identity ?? null });
  if (target === null) return false;

  const ended = new AbortController();
  const watching = watchReadiness(supervision, endpoint, ended.signal, () =>
    writeRunRecord(home, role, { ...record, node: target.identity, failures: 0 }),
  );
  const stopping = new Promise<void>((done) => {
    stop.addEventListener('abort', () => done(), { signal: ended.signal });
  });
  if (!stop.aborted) await Promise.race([target.ended, stopping]);
  if (stop.aborted) await endProcess(target, stopGraceMs);
  ended.abort();
  writeRunRecord(home, role, record);
  return watching;
}

function startNode(environment: Environment, home: HomePaths, role: NodeRole): SupervisedProcess | null {
  const output = openConsoleLog(home, role);
  try {
    return startProcess(nodeProgram(role), nodeEnvironment(environment), output);
  } finally {
    closeSync(output);
  }
}

/** Asks until the node answers or is gone; tells whether it ever did. */
async function watchReadiness(
  supervision: Supervision,
  endpoint: string | null,
  ended: AbortSignal,
  record: () => void,
): Promise<boolean> {
  if (endpoint === null) return false;
  while (!ended.aborted) {
    if ((await isReady(endpoint)) && !ended.aborted) {
      record();
      await supervision.onReady();
      return true;
    }
    await pause(readyPollMs, ended);
  }
  return false;
}

/** Resolves after the time or as soon as `end` is aborted. */
function pause(milliseconds: number, end: AbortSignal): Promise<void> {
  if (end.aborted) return Promise.resolve();
  return new Promise((done) => {
    const over = new AbortController();
    const finish = (): void => {
      clearTimeout(timer);
      over.abort();
      done();
    };
    const timer = setTimeout(finish, milliseconds);
    end.addEventListener('abort', finish, { signal: over.signal });
  });
}
