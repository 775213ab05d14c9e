import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** Where everything Plinth reads and writes lies; all paths are absolute. */
export interface HomePaths {
  /** `appsettings.json` of the web node. */
  readonly webNodeSettings: string;
  /** `appsettings.json` of the compute node. */
  readonly computeNodeSettings: string;
  readonly certs: string;
  /** Databases, caches and other state that must survive. */
  readonly data: string;
  /** Pid files and sockets of running nodes. */
  readonly run: string;
  /** Below it lie the working directories of user code. */
  readonly workdir: string;
  readonly stash: string;
  readonly webNodeLogs: string;
  readonly computeNodeLogs: string;
}

/**
 * With `PLINTH_HOME` everything lies below it; without it root has /etc, /var/lib and /var/log, anyone else ~/.plinth.
 */
export function homePaths(environment: Environment, isRoot = process.getuid?.() === 0): HomePaths {
  if (environment.PLINTH_HOME) return below(resolve(environment.PLINTH_HOME));
  if (!isRoot) return below(join(environment.HOME || homedir(), '.plinth'));
  return layout('/etc/plinth', '/var/lib/plinth', '/var/log/plinth');
}

const below = (home: string): HomePaths => layout(home, home, join(home, 'logs'));

const layout = (files: string, state: string, logs: string): HomePaths => ({
  webNodeSettings: join(files, 'webnode', 'appsettings.json'),
  computeNodeSettings: join(files, 'computenode', 'appsettings.json'),
  certs: join(files, 'certs'),
  data: join(state, 'data'),
  run: join(state, 'run'),
  workdir: join(state, 'workdir'),
  stash: join(state, 'stash'),
  webNodeLogs: join(logs, 'webnode'),
  computeNodeLogs: join(logs, 'computenode'),
});
