import { setTimeout as delay } from 'node:timers/promises';
import type { NodeRole } from '../../config/environment.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { hopelessFailures, readRunRecord, runningParts } from '../supervise/run-file.ts';
import { lifeCycle } from './life-cycle.ts';
import { nodeTitle, readLocalNode } from './local-node.ts';
import { lastLogLines } from './log-tail.ts';
import { isPortTaken, isReady } from './ping.ts';
import { stopNodes } from './stop.ts';

const readyWithinMs = 120_000;

/** Starts nodes and waits until they answer. Compute nodes come first, so that a web node finds one. */
export async function startNodes(context: CommandContext, roles: readonly NodeRole[]): Promise<void> {
  for (const role of roles) await checkPort(context, role);
  for (const role of roles) {
    context.report.detail(`Starting the ${nodeTitle(role)} …`);
    // One that has failed would wait before it tries again; the caller wants to know now.
    if (isFailing(context, role)) await stopNodes(context, [role]);
    lifeCycle(context).launch(role);
  }
  for (const role of roles) await waitUntilReady(context, role);
}

/** Throws when another program listens where the node would; one of this home's own does not count. */
export async function checkPort(context: CommandContext, role: NodeRole): Promise<void> {
  if (runningParts(readRunRecord(context.home, role)).node !== null) return;
  const { port, title, settingsFile } = readLocalNode(context.io.environment, role);
  if (!(await isPortTaken(port))) return;
  throw new CommandError(
    'failed',
    `Port ${port} of the ${title} is used by another program`,
    `Stop that program, or set another Kestrel.Port in ${settingsFile}`,
  );
}

function isFailing({ home }: CommandContext, role: NodeRole): boolean {
  const record = readRunRecord(home, role);
  const { supervisor, node } = runningParts(record);
  return supervisor !== null && (node === null || (record?.failures ?? 0) > 0);
}

async function waitUntilReady(context: CommandContext, role: NodeRole): Promise<void> {
  const { endpoint } = readLocalNode(context.io.environment, role);
  const deadline = Date.now() + readyWithinMs;
  for (let failures = 0; failures < hopelessFailures && Date.now() < deadline; await delay(100)) {
    const record = readRunRecord(context.home, role);
    const { supervisor, node } = runningParts(record);
    failures = supervisor === null ? 0 : (record?.failures ?? 0);
    if (node !== null && (await isReady(record?.endpoint ?? endpoint))) return;
  }
  throw new CommandError(
    'failed',
    `The ${nodeTitle(role)} did not start`,
    `Correct what its log above says; it is tried again until 'plinth admin node stop --${role}'`,
    { context: lastLogLines(context.home, role, 20) },
  );
}
