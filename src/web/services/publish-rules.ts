import type { RuntimeName } from '../../contracts/data-types.ts';
import type { StoredSnapshot } from '../../database/database.ts';
import { invalidRequest } from '../../domain/errors.ts';
import { sameIdentity } from '../../domain/permissions.ts';
import type { WebContext } from '../context.ts';
import type { Caller } from '../login/callers.ts';

/** The snapshot a version may be published from: the caller's own (any for Owners) and of the same runtime. */
export async function usableSnapshot(
  { database }: WebContext,
  caller: Caller,
  id: string | undefined,
  runtime: RuntimeName,
): Promise<StoredSnapshot | null> {
  if (id === undefined || id === '') return null;
  const snapshot = await database.snapshots.get(id.toLowerCase());
  const visible =
    snapshot !== null && (caller.role === 'Owner' || sameIdentity(snapshot.owner, caller.username));
  if (!visible) throw invalidRequest(`You have no snapshot ${JSON.stringify(id)}.`, 'snapshotId');
  if (snapshot.runtime !== runtime)
    throw invalidRequest(
      `Snapshot ${snapshot.id} was taken of ${snapshot.runtime}; it cannot be restored in ${runtime}.`,
      'snapshotId',
    );
  return snapshot;
}

/** Refuses a runtime that no compute node offers. While none answers, nothing is known and nothing refused. */
export function requireInstalled({ computeNodes }: WebContext, runtime: RuntimeName): void {
  const answering = computeNodes.list().filter(({ health }) => health !== null);
  if (answering.length === 0) return;
  if (!answering.some(({ health }) => health?.runtimes[runtime] !== undefined))
    throw invalidRequest(`${runtime} is not installed on any compute node.`, 'runtimeType');
}
