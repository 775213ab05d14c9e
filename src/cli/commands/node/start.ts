import { defineCommand } from '../../command.ts';
import { listNodes } from '../../nodes/list.ts';
import { startNodes } from '../../nodes/start.ts';
import { configuredRoles, roleOptions } from './roles.ts';

export const nodeStart = defineCommand({
  path: ['admin', 'node', 'start'],
  summary: 'Start the nodes of this machine and wait until they answer',
  example: 'plinth admin node start --webnode',
  privileged: true,
  options: roleOptions,
  async run(options, context) {
    const roles = configuredRoles(options, context);
    await startNodes(context, roles);
    return { value: await listNodes(context, roles) };
  },
});
