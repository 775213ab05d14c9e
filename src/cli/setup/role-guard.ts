import type { NodeRole } from '../../config/environment.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { lifeCycle } from '../nodes/life-cycle.ts';
import { nodeTitle } from '../nodes/local-node.ts';

/**
 * A machine of an enterprise carries one role (TOP-7). Throws when `roles` would put a second one beside what is installed
 * here; with `force` it warns.
 */
export function guardRole(context: CommandContext, roles: readonly NodeRole[], force: boolean): void {
  const [other] = lifeCycle(context)
    .installedRoles()
    .filter((role) => !roles.includes(role));
  if (other === undefined) return;
  const what = `This machine is a ${nodeTitle(other)} already, and a machine carries one role`;
  if (!force)
    throw new CommandError(
      'failed',
      what,
      'Use --onebox for both on one machine, or --force to do it all the same',
    );
  context.report.warn(`${what}; going on because of --force.`);
}

/** A one-box is made of nothing or of a one-box: throws on a machine that carries one role of an enterprise. */
export function refuseEnterprise(context: CommandContext): void {
  const installed = lifeCycle(context).installedRoles();
  const [only] = installed;
  if (installed.length !== 1 || only === undefined) return;
  throw new CommandError(
    'failed',
    `This machine is a ${nodeTitle(only)} of an enterprise configuration`,
    "Use 'plinth admin node setup --onebox' to make it a one-box",
  );
}
