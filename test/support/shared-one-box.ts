/**
 * One one-box for a whole run of the acceptance tests. The test runner imports this file before it starts the test
 * files, which inherit its process id: the first that needs a one-box starts it, all others find it, the runner stops
 * it. A test file run by itself is its own runner.
 */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, type OneBoxAddress, startOneBox } from './one-box.ts';
import { until } from './until.ts';

process.env.PLINTH_TEST_RUN ??= String(process.pid);
const runner = process.env.PLINTH_TEST_RUN;
/** Whether this process has to stop the one-box itself. */
export const isRunner = runner === String(process.pid);
const folder = join(tmpdir(), `plinth-test-run-${runner}`);
const outcomeFile = join(folder, 'outcome.json');

let found: Promise<OneBoxAddress> | undefined;

/** The one-box of this run. */
export function sharedOneBox(): Promise<OneBoxAddress> {
  found ??= startOrFind();
  return found;
}

async function startOrFind(): Promise<OneBoxAddress> {
  try {
    mkdirSync(folder);
  } catch {
    const outcome = await until('Another test file starts the one-box', readOutcome, 240_000);
    if (typeof outcome === 'string') throw new Error(outcome);
    return outcome;
  }
  try {
    const { home, url, computeUrl, pids } = await startOneBox({ shared: true });
    const address = { home, url, computeUrl, pids };
    publishOutcome(address);
    return address;
  } catch (error) {
    publishOutcome(
      `The shared one-box did not start. ${error instanceof Error ? error.stack : String(error)}`,
    );
    throw error;
  }
}

/** The address, or why there is none; appears at once and whole. */
function publishOutcome(outcome: OneBoxAddress | string): void {
  writeFileSync(`${outcomeFile}.new`, JSON.stringify(outcome));
  renameSync(`${outcomeFile}.new`, outcomeFile);
}

function readOutcome(): OneBoxAddress | string | null {
  if (!existsSync(outcomeFile)) return null;
  return JSON.parse(readFileSync(outcomeFile, 'utf8')) as OneBoxAddress | string;
}

/** Ends the one-box of this run, if there is one, and removes its folders. */
export async function stopSharedOneBox(): Promise<void> {
  const address = readOutcome();
  if (address !== null && typeof address !== 'string') {
    await Promise.all(address.pids.map((pid) => endProcess(pid)));
    rmSync(address.home, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
}
