import { execFileSync } from 'node:child_process';
import { defineCommand } from '../../command.ts';
import { CommandError, describeError } from '../../command-error.ts';
import { readLocalNode } from '../../nodes/local-node.ts';
import { supervise } from '../../supervise/supervise.ts';
import { roleOptions } from './roles.ts';

export const nodeSupervise = defineCommand({
  path: ['admin', 'node', 'supervise'],
  summary: 'Keep one node running until this process is told to end',
  example: 'plinth admin node supervise --webnode',
  hidden: true,
  options: {
    ...roleOptions,
    notify: { kind: 'flag', description: 'tell systemd when the node is ready' },
  },
  async run(options, { io, home, report }) {
    if (options.webnode === options.computenode)
      throw new CommandError('usage', 'One node is supervised at a time', 'Give --webnode or --computenode');
    const role = options.webnode ? 'webnode' : 'computenode';
    const stop = new AbortController();
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
    const isOnly = await supervise({
      environment: io.environment,
      home,
      role,
      stop: stop.signal,
      endpoint() {
        try {
          return readLocalNode(io.environment, role).endpoint;
        } catch (error) {
          // The node says the same in more words when it refuses to start.
          report.warn(describeError(error));
          return null;
        }
      },
      async onReady() {
        if (options.notify) execFileSync('systemd-notify', ['--ready']);
      },
    });
    if (!isOnly) report.detail(`The ${role} is supervised already.`);
    return undefined;
  },
});
