import { setTimeout as delay } from 'node:timers/promises';
import type { NodeRole } from '../../config/environment.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { signal } from '../supervise/process-identity.ts';
import { readRunRecord, removeRunRecord, runningParts } from '../supervise/run-file.ts';
import { lifeCycle } from './life-cycle.ts';
import { nodeTitle } from './local-node.ts';

/** Somewhat longer than the supervisor takes before it kills the node. */
const goneWithinMs = 45_000;

/** Stops nodes and waits until they are gone; web nodes first, so that none forwards to a compute node that has left. */
export async function stopNodes(context: CommandContext, roles: readonly NodeRole[]): Promise<void> {
  for (const role of roles.toReversed()) await stopNode(context, role);
}

async function stopNode(context: CommandContext, role: NodeRole): Promise<void> {
  context.report.detail(`Stopping the ${nodeTitle(role)} …`);
  lifeCycle(context).halt(role);
  const deadline = Date.now() + goneWithinMs;
  while (Date.now() < deadline) {
    const { supervisor, node } = runningParts(readRunRecord(context.home, role));
    if (supervisor === null && node === null) return removeRunRecord(context.home, role);
    await delay(50);
  }
  const { supervisor, node } = runningParts(readRunRecord(context.home, role));
  for (const left of [supervisor, node]) if (left !== null) signal(left, 'SIGKILL');
  throw new CommandError(
    'failed',
    `The ${nodeTitle(role)} did not end in time and was killed`,
    'Look into its log for the reason',
  );
}
