import type { Database } from '../../database/database.ts';
import { notFound } from '../../domain/errors.ts';
import type { Role } from '../../domain/permissions.ts';
import { visibleSnapshot } from '../../domain/snapshot-access.ts';

/** Deletes a snapshot. Services published from it keep its content alive by their own reference. */
export async function removeSnapshot(
  { snapshots }: Database,
  id: string,
  caller: { username: string; role: Role },
): Promise<string> {
  visibleSnapshot(await snapshots.get(id), id, caller);
  if (!(await snapshots.remove(id))) throw notFound(`Snapshot ${id} has just been deleted.`);
  return `Snapshot ${id} is deleted.`;
}
