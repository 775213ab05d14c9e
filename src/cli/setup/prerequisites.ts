import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { loadComputeNodeConfig } from '../../config/load.ts';
import type { CommandContext } from '../command-context.ts';
import type { StepResult } from '../diagnostics/step.ts';
import { refusing } from '../nodes/local-node.ts';

const leastMemory = 2e9;
const leastDisk = 500e6;

/** Whether this machine can be a one-box: at least one interpreter, 2 GB of memory and 500 MB of disk (INS-2). */
export function checkPrerequisites({ io, home }: CommandContext): Omit<StepResult, 'step'> {
  const { Runtimes } = refusing(home.computeNodeSettings, () => loadComputeNodeConfig(io.environment)).config;
  const path = io.environment.PATH ?? '';
  const found = [
    ...(Runtimes.R.Enabled && isExecutable(Runtimes.R.Path || 'R', path) ? ['R'] : []),
    ...(Runtimes.Python.Enabled && isExecutable(Runtimes.Python.Path || '/usr/bin/python3', path)
      ? ['Python']
      : []),
  ];
  if (found.length === 0)
    return {
      result: 'fail',
      message:
        'neither R nor Python is installed; install one, or set Runtimes.R.Path or Runtimes.Python.Path',
    };
  const shortages = [
    ...(totalmem() < leastMemory ? ['less than 2 GB of memory'] : []),
    ...(freeDisk(home.data) < leastDisk ? ['less than 500 MB of free disk'] : []),
  ];
  return {
    result: shortages.length === 0 ? 'pass' : 'warn',
    message: [`found ${found.join(' and ')}`, ...shortages].join(', '),
  };
}

function isExecutable(program: string, path: string): boolean {
  const candidates = program.includes('/')
    ? [program]
    : path.split(delimiter).map((folder) => join(folder, program));
  return candidates.some((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false; // accessSync has no other way to say no
    }
  });
}

/** Bytes free where a folder is or will be made. */
function freeDisk(folder: string): number {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}
