import { defineCommand } from '../../command.ts';
import { listNodes } from '../../nodes/list.ts';
import { stopNodes } from '../../nodes/stop.ts';
import { configuredRoles, roleOptions } from './roles.ts';

export const nodeStop = defineCommand({
  path: ['admin', 'node', 'stop'],
  summary: 'Stop the nodes of this machine and wait until they are gone',
  description:
    'Requests that run get 30 seconds to finish. A stopped node stays stopped until it is started again.',
  example: 'plinth admin node stop --webnode',
  privileged: true,
  options: roleOptions,
  async run(options, context) {
    const roles = configuredRoles(options, context);
    await stopNodes(context, roles);
    return { value: await listNodes(context, roles) };
  },
});
