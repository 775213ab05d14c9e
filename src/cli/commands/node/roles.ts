import type { NodeRole } from '../../../config/environment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { nodeRoles, nodeTitle, readLocalNode } from '../../nodes/local-node.ts';
import { isStarted } from '../../supervise/run-file.ts';

/** Options that choose nodes of this machine. */
export const roleOptions = {
  webnode: { kind: 'flag', description: 'the web node' },
  computenode: { kind: 'flag', description: 'the compute node' },
} as const;

interface RoleOptions {
  webnode: boolean;
  computenode: boolean;
}

/** The roles that were named, all without any. */
export const namedRoles = (options: RoleOptions): NodeRole[] =>
  nodeRoles.filter((role) => options[role] || (!options.webnode && !options.computenode));

/** The roles that were named, or all that are configured. Throws when one is named that is not, or none is. */
export function configuredRoles(options: RoleOptions, context: CommandContext): NodeRole[] {
  const named = options.webnode || options.computenode;
  // One that runs is configured, even if its settings have become unreadable since: it must be possible to stop it.
  const isConfigured = (role: NodeRole): boolean =>
    isStarted(context.home, role) || readLocalNode(context.io.environment, role).configured;
  const roles = namedRoles(options).filter((role) => named || isConfigured(role));
  const advice = "Set one up with 'plinth admin node setup'";
  if (roles.length === 0) throw new CommandError('failed', 'No node is configured on this machine', advice);
  for (const role of roles)
    if (!isConfigured(role))
      throw new CommandError('failed', `No ${nodeTitle(role)} is configured on this machine`, advice);
  return roles;
}
