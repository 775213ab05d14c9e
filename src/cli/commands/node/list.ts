import { defineCommand } from '../../command.ts';
import { listNodes } from '../../nodes/list.ts';
import { namedRoles, roleOptions } from './roles.ts';

export const nodeList = defineCommand({
  path: ['admin', 'node', 'list'],
  summary: 'Show the nodes of this machine and whether they run',
  example: 'plinth admin node list --output table',
  options: {
    ...roleOptions,
    check: { kind: 'flag', description: 'exit with 1 unless everything configured is running' },
  },
  async run(options, context) {
    const rows = await listNodes(context, namedRoles(options));
    const isFine =
      rows.some((row) => row.configured) && rows.every((row) => !row.configured || row.status === 'running');
    return { value: rows, exitCode: options.check && !isFine ? 1 : 0 };
  },
});
