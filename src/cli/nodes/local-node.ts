import { statSync } from 'node:fs';
import type { Environment, NodeRole } from '../../config/environment.ts';
import { type HomePaths, homePaths } from '../../config/home.ts';
import { loadComputeNodeConfig, loadWebNodeConfig } from '../../config/load.ts';
import { PlinthError } from '../../domain/errors.ts';
import { CommandError } from '../command-error.ts';

/** A node of this machine, by the settings it would start with now. */
export interface LocalNode {
  readonly role: NodeRole;
  readonly type: 'web' | 'compute';
  /** `web node`, for sentences. */
  readonly title: string;
  readonly settingsFile: string;
  readonly logPath: string;
  readonly configured: boolean;
  readonly port: number;
  /** Where a program on this machine reaches it, without a trailing slash. */
  readonly endpoint: string;
  /** The same by the public name of this machine. */
  readonly publicEndpoint: string;
}

export const nodeRoles: readonly NodeRole[] = ['computenode', 'webnode'];

const types = { webnode: 'web', computenode: 'compute' } as const;
export const nodeType = (role: NodeRole): 'web' | 'compute' => types[role];
export const nodeTitle = (role: NodeRole): string => `${types[role]} node`;

export const settingsFileOf = (home: HomePaths, role: NodeRole): string =>
  role === 'webnode' ? home.webNodeSettings : home.computeNodeSettings;

export const logFolderOf = (home: HomePaths, role: NodeRole): string =>
  role === 'webnode' ? home.webNodeLogs : home.computeNodeLogs;

/** Reads the merged settings of a node, the way the node itself does. Throws when they are refused. */
export function readLocalNode(environment: Environment, role: NodeRole): LocalNode {
  const home = homePaths(environment);
  const load = role === 'webnode' ? loadWebNodeConfig : loadComputeNodeConfig;
  const { config } = refusing(settingsFileOf(home, role), () => load(environment));
  const { Port, Host, HttpsEnabled } = config.Kestrel;
  const scheme = HttpsEnabled ? 'https' : 'http';
  return {
    role,
    type: types[role],
    title: nodeTitle(role),
    settingsFile: settingsFileOf(home, role),
    logPath: config.Logging.LogsPath || logFolderOf(home, role),
    configured: config.configured !== '',
    port: Port,
    endpoint: `${scheme}://localhost:${Port}`,
    publicEndpoint: `${scheme}://${Host}:${Port}`,
  };
}

/** Settings that are refused are a failed operation, not a usage error: the words typed were right. */
export function refusing<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PlinthError)
      throw new CommandError('failed', error.message, 'Correct that and repeat the command', {
        cause: error,
      });
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new CommandError('notPrivileged', `${file} cannot be read`, 'Run the command with sudo', {
        cause: error,
      });
    throw error;
  }
}

/** Whether the file of a node is there at all; the folder alone does not count. */
export const hasSettingsFile = (home: HomePaths, role: NodeRole): boolean =>
  statSync(settingsFileOf(home, role), { throwIfNoEntry: false })?.isFile() === true;
