import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { openConsoleLog } from '../supervise/console-log.ts';
import { signal } from '../supervise/process-identity.ts';
import { commandLineProgram, nodeEnvironment } from '../supervise/programs.ts';
import { readRunRecord, runningParts } from '../supervise/run-file.ts';
import type { LifeCycle } from './life-cycle.ts';
import { hasSettingsFile, nodeRoles } from './local-node.ts';

/** Supervisors as background processes of their own: containers, homes of users, machines without systemd. */
export function processLifeCycle({ io, home }: CommandContext): LifeCycle {
  return {
    installedRoles: () => nodeRoles.filter((role) => hasSettingsFile(home, role)),
    install: () => {},
    launch(role) {
      if (runningParts(readRunRecord(home, role)).supervisor !== null) return;
      const output = openConsoleLog(home, role);
      const words = ['admin', 'node', 'supervise', `--${role}`];
      const environment = nodeEnvironment(io.environment);
      // A session of its own, so that the end of the terminal is not the end of the node.
      spawn(commandLineProgram, words, {
        detached: true,
        stdio: ['ignore', output, output],
        env: environment,
        cwd: '/',
      }).unref();
      closeSync(output);
    },
    halt(role) {
      const { supervisor, node } = runningParts(readRunRecord(home, role));
      const target = supervisor ?? node;
      if (target !== null) signal(target, 'SIGTERM');
    },
  };
}
