import { existsSync } from 'node:fs';
import type { NodeRole } from '../../config/environment.ts';
import type { CommandContext } from '../command-context.ts';
import { processLifeCycle } from './detached-processes.ts';
import { systemdLifeCycle } from './systemd.ts';

/** Who keeps the supervisors of the nodes of this machine. */
export interface LifeCycle {
  /** Roles whose services are installed on this machine, whether their nodes are configured or not. */
  installedRoles(): NodeRole[];
  /** Makes the services of these roles start with the machine, where something can do that. */
  install(roles: readonly NodeRole[]): void;
  /** Starts the supervisor of a node; returns before the node is ready. A running one is left alone. */
  launch(role: NodeRole): void;
  /** Asks the supervisor, or a node that lost its own, to stop; returns before they are gone. */
  halt(role: NodeRole): void;
}

/** systemd when it runs this machine and the nodes are the machine's own; detached processes everywhere else. */
export function lifeCycle(context: CommandContext): LifeCycle {
  const { environment, isRoot } = context.io;
  const isMachine = isRoot && !environment.PLINTH_HOME && existsSync('/run/systemd/system');
  return isMachine ? systemdLifeCycle(context) : processLifeCycle(context);
}
