import { readFileSync } from 'node:fs';
import type { ComputeHealth } from '../../contracts/compute-api.ts';
import type { ComputeContext } from '../context.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** What a web node shows of this node and compares when it chooses one. */
export function reportHealth({ runtimes, logPath, ready }: ComputeContext): ComputeHealth {
  return {
    apiVersion: '1.0',
    version,
    ready: ready(),
    runtimes: runtimes.health(),
    isolation: runtimes.isolation,
    limits: runtimes.limits,
    logPath,
    load: runtimes.load(),
  };
}
