import type { Snapshot } from '../../contracts/rest/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { wireTime } from '../../domain/wire-time.ts';

const maxInt32 = 2_147_483_647;

/** The caller's own snapshots, for Owners too. */
export async function listSnapshots({ snapshots }: Database, owner: string): Promise<Snapshot[]> {
  const own = await snapshots.listOf(owner);
  return own.map(({ id, name, owner, createdAt, size }) => ({
    id,
    name,
    owner,
    creationTime: wireTime(createdAt),
    contentSize: Math.min(size, maxInt32),
  }));
}
