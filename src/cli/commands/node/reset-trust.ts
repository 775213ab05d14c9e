import { forgetTrustedKey } from '../../../config/trusted-key.ts';
import { defineCommand } from '../../command.ts';
import { listNodes } from '../../nodes/list.ts';
import { configuredRoles } from './roles.ts';

export const nodeResetTrust = defineCommand({
  path: ['admin', 'node', 'reset-trust'],
  summary: 'Let the compute node of this machine trust the next web node that comes',
  description:
    'A compute node obeys the web nodes of one database, the first that reached it. After a move to another database it ' +
    'refuses the new ones until its trust is reset. No restart is needed.',
  example: 'plinth admin node reset-trust',
  privileged: true,
  options: {},
  async run(_options, context) {
    const roles = configuredRoles({ webnode: false, computenode: true }, context);
    forgetTrustedKey(context.home.data);
    return { value: await listNodes(context, roles) };
  },
});
