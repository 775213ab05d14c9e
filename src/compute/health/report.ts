import { productVersion } from '../../config/product-version.ts';
import type { ComputeHealth } from '../../contracts/compute-api.ts';
import type { ComputeContext } from '../context.ts';

/** What a web node shows of this node and compares when it chooses one. */
export function reportHealth({ runtimes, logPath, ready }: ComputeContext): ComputeHealth {
  return {
    apiVersion: '1.0',
    version: productVersion,
    ready: ready(),
    runtimes: runtimes.health(),
    isolation: runtimes.isolation,
    limits: runtimes.limits,
    logPath,
    load: runtimes.load(),
  };
}
