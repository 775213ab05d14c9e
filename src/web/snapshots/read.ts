import type { Database } from '../../database/database.ts';
import { notFound } from '../../domain/errors.ts';
import type { Role } from '../../domain/permissions.ts';
import { visibleSnapshot } from '../../domain/snapshot-access.ts';

/** The zip of a snapshot. */
export async function openSnapshot(
  { snapshots, blobs }: Database,
  id: string,
  caller: { username: string; role: Role },
): Promise<{ id: string; size: number; content: AsyncIterable<Uint8Array> }> {
  const { blob } = visibleSnapshot(await snapshots.get(id), id, caller);
  const stored = await blobs.read(blob);
  if (stored === null) throw notFound(`Snapshot ${id} has just been deleted.`);
  return { id, ...stored };
}
