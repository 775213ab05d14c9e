import { defineCommand } from '../../command.ts';
import { listNodes } from '../../nodes/list.ts';
import { startNodes } from '../../nodes/start.ts';
import { stopNodes } from '../../nodes/stop.ts';
import { configuredRoles, roleOptions } from './roles.ts';

export const nodeRestart = defineCommand({
  path: ['admin', 'node', 'restart'],
  summary: 'Stop the nodes of this machine and start them again',
  description: 'Changes of appsettings.json take effect this way.',
  example: 'plinth admin node restart',
  privileged: true,
  options: roleOptions,
  async run(options, context) {
    const roles = configuredRoles(options, context);
    await stopNodes(context, roles);
    await startNodes(context, roles);
    return { value: await listNodes(context, roles) };
  },
});
