import type { Selectable } from 'kysely';
import type { SnapshotsRepository, StoredSnapshot } from '../database.ts';
import { identityKey, type Store } from '../portable.ts';
import type { Schema } from '../schema.ts';
import { addReference, dropReference, removeIfUnneeded } from './blob-references.ts';

export const snapshotsRepository = (store: Store): SnapshotsRepository => ({
  insert: (snapshot) =>
    store.kysely.transaction().execute(async (transaction) => {
      await addReference(transaction, snapshot.blob);
      const row = { ...snapshot, ownerKey: identityKey(snapshot.owner) };
      await transaction.insertInto('snapshots').values(row).execute();
    }),

  get: async (id) => {
    const row = await store.kysely
      .selectFrom('snapshots')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : toSnapshot(row);
  },

  listOf: async (owner) => {
    const rows = await store.kysely
      .selectFrom('snapshots')
      .selectAll()
      .where('ownerKey', '=', identityKey(owner))
      .orderBy('createdAt')
      .orderBy('id')
      .execute();
    return rows.map(toSnapshot);
  },

  remove: async (id) => {
    const blob = await store.kysely.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('snapshots')
        .select('blob')
        .where('id', '=', id)
        .executeTakeFirst();
      const result = await transaction.deleteFrom('snapshots').where('id', '=', id).executeTakeFirst();
      if (row === undefined || result.numDeletedRows === 0n) return null;
      await dropReference(transaction, 'hash', row.blob);
      return row.blob;
    });
    if (blob !== null) await removeIfUnneeded(store, blob);
    return blob !== null;
  },
});

function toSnapshot(row: Selectable<Schema['snapshots']>): StoredSnapshot {
  const { ownerKey: _, ...snapshot } = row;
  return { ...snapshot, createdAt: Number(row.createdAt), size: Number(row.size) };
}
