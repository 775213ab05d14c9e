import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { NodeRole } from '../../config/environment.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { commandLineProgram } from '../supervise/programs.ts';
import type { LifeCycle } from './life-cycle.ts';
import { hasSettingsFile, nodeRoles, settingsFileOf } from './local-node.ts';

const templates = resolve(import.meta.dirname, '../../../deploy/systemd');
const unitFolder = '/etc/systemd/system';

/** The units of a role; `rserve` only exists so that scripts which name it keep working. */
const unitsOf: Record<NodeRole, readonly string[]> = {
  webnode: ['webnode.service'],
  computenode: ['computenode.service', 'rserve.service'],
};
const accountOf: Record<NodeRole, string> = { webnode: 'plinth-web', computenode: 'plinth-compute' };

/** The nodes of a machine that systemd runs, as the units `webnode` and `computenode`. */
export function systemdLifeCycle({ home }: CommandContext): LifeCycle {
  return {
    installedRoles: () => nodeRoles.filter((role) => existsSync(join(unitFolder, `${role}.service`))),
    install(roles) {
      copyFileSync(join(templates, 'plinth.sysusers'), '/etc/sysusers.d/plinth.conf');
      copyFileSync(join(templates, 'plinth.tmpfiles'), '/etc/tmpfiles.d/plinth.conf');
      run('systemd-sysusers', ['/etc/sysusers.d/plinth.conf']);
      run('systemd-tmpfiles', ['--create', '/etc/tmpfiles.d/plinth.conf']);
      for (const role of roles) {
        if (hasSettingsFile(home, role)) giveToGroup(settingsFileOf(home, role), accountOf[role]);
        for (const unit of unitsOf[role])
          writeFileSync(join(unitFolder, unit), renderUnit(unit, commandLineProgram));
      }
      run('systemctl', ['daemon-reload']);
      run('systemctl', ['enable', ...roles.flatMap((role) => unitsOf[role])]);
    },
    launch: (role) => run('systemctl', ['start', '--no-block', ...unitsOf[role]]),
    halt: (role) => run('systemctl', ['stop', '--no-block', ...unitsOf[role]]),
  };
}

/** A unit file of `deploy/systemd` for the place this installation lies in. */
export const renderUnit = (unit: string, program: string): string =>
  readFileSync(join(templates, unit), 'utf8').replaceAll('@PLINTH@', program);

/** Lets the account of a node read its settings: the file stays root's, its group becomes the account's. */
function giveToGroup(path: string, account: string): void {
  const group = /:x?:(\d+):/.exec(
    readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${account}:`)) ?? '',
  )?.[1];
  if (group === undefined) return;
  for (const target of [dirname(path), path]) chownSync(target, statSync(target).uid, Number(group));
}

function run(program: string, words: readonly string[]): void {
  try {
    execFileSync(program, words, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const output = String((error as { stderr?: unknown }).stderr ?? '').trim();
    throw new CommandError(
      'failed',
      `${program} ${words.join(' ')} failed${output === '' ? '' : `: ${output}`}`,
      'Look into the journal with journalctl -xe',
      { cause: error },
    );
  }
}
