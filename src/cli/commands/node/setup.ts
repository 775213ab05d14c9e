import type { NodeRole } from '../../../config/environment.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../command-error.ts';
import { nodeRoles } from '../../nodes/local-node.ts';
import { declaredUris } from '../../setup/declared-uris.ts';
import { obtainPassword, passwordOptions } from '../../setup/password.ts';
import { guardRole } from '../../setup/role-guard.ts';
import { setUp } from '../../setup/set-up.ts';

export const nodeSetup = defineCommand({
  path: ['admin', 'node', 'setup'],
  summary: 'Make this machine a web node, a compute node, or both',
  description:
    'Exactly one of --onebox, --webnode and --computenode is required. A web node needs a password and at least one ' +
    'compute node. Everything is checked before anything is changed; what is configured already is kept, so the command ' +
    'can be repeated.',
  example:
    "plinth admin node setup --webnode --admin-password 'Abc12345!' --confirm-password 'Abc12345!' --uri http://10.0.0.4:12805",
  privileged: true,
  options: {
    onebox: { kind: 'flag', description: 'both nodes on this machine' },
    webnode: { kind: 'flag', description: 'a web node' },
    computenode: { kind: 'flag', description: 'a compute node' },
    ...passwordOptions,
    uri: {
      kind: 'list',
      placeholder: 'uri',
      description: 'compute nodes and ranges of them, separated by commas or blanks',
    },
    clusterKeyFingerprint: {
      kind: 'text',
      placeholder: 'hex',
      description: 'SHA-256 of the cluster key of the only web nodes a compute node shall trust',
    },
    force: { kind: 'flag', description: 'set up although this machine carries the other role' },
    start: { kind: 'flag', negated: true, description: 'configure only, start nothing' },
  },
  async run(options, context) {
    const roles = chosenRoles(options);
    guardRole(context, roles, options.force);
    const isWeb = roles.includes('webnode');
    if (!isWeb && (options.adminPassword ?? options.confirmPassword) !== undefined)
      context.report.warn('A compute node has no password; the one given is ignored.');
    if (!isWeb && options.uri !== undefined)
      context.report.warn('A compute node knows no other compute nodes; --uri is ignored.');
    const uris = isWeb ? declaredUris(options.uri) : [];
    const fingerprint = checkedFingerprint(options.clusterKeyFingerprint, roles);
    const password = isWeb ? await obtainPassword(options, context) : null;
    return { value: await setUp(context, { roles, password, uris, fingerprint, start: options.start }) };
  },
});

function checkedFingerprint(given: string | undefined, roles: readonly NodeRole[]): string | null {
  if (given === undefined) return null;
  if (!roles.includes('computenode'))
    throw new CommandError('usage', '--cluster-key-fingerprint is for compute nodes', 'Leave it out');
  if (/^[0-9a-f]{64}$/i.test(given)) return given;
  throw new CommandError(
    'usage',
    '--cluster-key-fingerprint is not a SHA-256 fingerprint',
    'Give 64 hexadecimal digits',
  );
}

function chosenRoles(options: { onebox: boolean; webnode: boolean; computenode: boolean }): NodeRole[] {
  const chosen = nodeRoles.filter((role) => options[role]);
  if (options.onebox && chosen.length === 0) return [...nodeRoles];
  if (!options.onebox && chosen.length === 1) return chosen;
  const what =
    chosen.length === 0
      ? 'The role of this machine is missing'
      : 'Only one role of this machine can be given';
  throw new CommandError(
    'usage',
    what,
    chosen.length === 2
      ? 'Use --onebox for both nodes on one machine'
      : 'Give exactly one of --onebox, --webnode and --computenode',
    { context: ['Usage: plinth admin node setup (--onebox | --webnode | --computenode) [options]'] },
  );
}
