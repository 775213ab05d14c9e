import type { KnownOption, KnownOptions } from './argument-hygiene.ts';
import type { Command, CommandGroup } from './command.ts';
import { bootstrap } from './commands/bootstrap/bootstrap.ts';
import { nodeList } from './commands/node/list.ts';
import { nodeResetTrust } from './commands/node/reset-trust.ts';
import { nodeRestart } from './commands/node/restart.ts';
import { nodeSetup } from './commands/node/setup.ts';
import { nodeStart } from './commands/node/start.ts';
import { nodeStop } from './commands/node/stop.ts';
import { nodeSupervise } from './commands/node/supervise.ts';
import { login } from './commands/sign-in/login.ts';
import { logout } from './commands/sign-in/logout.ts';
import { optionName } from './program.ts';

/** Groups of commands, outer ones first. */
export const commandGroups: readonly CommandGroup[] = [
  {
    path: [],
    summary: 'Administers Plinth, the server that puts R and Python models into production',
    description:
      "The quickest start is 'plinth admin bootstrap': it prepares a one-box installation on this machine and runs " +
      "diagnostics. To put the machine back to defaults, stop the nodes with 'plinth admin node stop' and delete the folder " +
      'PLINTH_HOME names (without it: /etc/plinth, /var/lib/plinth and /var/log/plinth).',
  },
  { path: ['admin'], summary: 'Set up, start, stop and examine the nodes of this machine' },
  { path: ['admin', 'node'], summary: 'The web node and the compute node of this machine' },
];

/** All commands, in the order help lists them. */
export const commands: readonly Command[] = [
  login,
  logout,
  bootstrap,
  nodeSetup,
  nodeList,
  nodeStart,
  nodeStop,
  nodeRestart,
  nodeResetTrust,
  nodeSupervise,
];

/** Every spelling of every option, for argument hygiene. */
export const knownOptions: KnownOptions = new Map<string, KnownOption>([
  ['output', { name: 'output', kind: 'text' }],
  ['verbose', { name: 'verbose', kind: 'flag' }],
  ['debug', { name: 'debug', kind: 'flag' }],
  ['help', { name: 'help', kind: 'flag' }],
  ...commands.flatMap((command) =>
    Object.entries(command.options).flatMap(([name, option]): [string, KnownOption][] => {
      const long = option.kind === 'flag' && option.negated ? `no-${optionName(name)}` : optionName(name);
      const aliases = option.kind === 'text' ? (option.aliases ?? []) : [];
      return [long, ...aliases].map((spelling) => [spelling, { name: long, kind: option.kind }]);
    }),
  ),
]);
