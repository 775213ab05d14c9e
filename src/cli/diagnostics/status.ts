import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeName } from '../../contracts/data-types.ts';
import type { RestClient } from '../rest-client.ts';
import type { Verdict } from './step.ts';

/** The recursive answer of GET /status. */
export interface StatusReport {
  statusCode: Verdict;
  details: Record<string, unknown>;
  components: Record<string, StatusReport> | null;
}

/** Nodes that have just started find each other within this. */
const settledWithinMs = 30_000;

/** The status once it is `pass`, or what it still is after 30 s. */
export async function settledStatus(client: RestClient): Promise<StatusReport> {
  for (const deadline = Date.now() + settledWithinMs; ; await delay(250)) {
    const status = await client.send<StatusReport>('GET', '/status');
    if (status.statusCode === 'pass' || Date.now() > deadline) return status;
  }
}

/** The runtimes that at least one compute node offers: of the others the pool sizes are missing (rest ST4). */
export function offeredRuntimes(status: StatusReport): RuntimeName[] {
  const nodes = Object.values(status.components?.backends?.components ?? {});
  const isOffered = (key: string): boolean => nodes.some((node) => key in node.details);
  const keys: readonly [RuntimeName, string][] = [
    ['R', 'rMaxPoolSize'],
    ['Python', 'pythonMaxPoolSize'],
  ];
  return keys.filter(([, key]) => isOffered(key)).map(([runtime]) => runtime);
}

/** The paths of all components that do not pass, e.g. `backends.http://localhost:12805/`. */
export function troubled(status: StatusReport, path = ''): string[] {
  return Object.entries(status.components ?? {}).flatMap(([name, component]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const inner = troubled(component, here);
    return component.statusCode === 'pass' || inner.length > 0
      ? inner
      : [`${here} (${component.statusCode})`];
  });
}
