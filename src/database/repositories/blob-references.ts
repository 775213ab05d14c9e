/**
 * Counting who needs a blob: services, snapshots, and holds of those who are busy with it. A count changes in the
 * transaction that writes the row it counts; content that nobody needs is removed after that transaction.
 */
import type { Kysely } from 'kysely';
import { PlinthError } from '../../domain/errors.ts';
import { newId, type Store } from '../portable.ts';
import type { Schema } from '../schema.ts';

/** Chunks deleted per statement: 16 MiB take about as long as other requests may wait. */
const chunksPerRemoval = 16;

/** Throws Conflict when the content is not, or no longer, stored. */
export async function addReference(transaction: Kysely<Schema>, hash: string): Promise<void> {
  const result = await transaction
    .updateTable('blobs')
    .set((expression) => ({ refs: expression('refs', '+', 1) }))
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n)
    throw new PlinthError('Conflict', 'The content this refers to was deleted meanwhile; store it again.');
}

export async function dropReference(
  transaction: Kysely<Schema>,
  by: 'id' | 'hash',
  value: string,
): Promise<void> {
  await transaction
    .updateTable('blobs')
    .set((expression) => ({ refs: expression('refs', '-', 1) }))
    .where(by, '=', value)
    .execute();
}

export interface Hold {
  id: string;
  blobId: string;
}

/**
 * Keeps the content alive until `releaseHold`. Who put it has its hash only, so the purpose tells his holds from those of
 * readers. Throws Conflict when it is not stored.
 */
export const holdBlob = (store: Store, hash: string, purpose: 'put' | 'read'): Promise<Hold> =>
  store.kysely.transaction().execute(async (transaction) => {
    await addReference(transaction, hash);
    const { id: blobId } = await transaction
      .selectFrom('blobs')
      .select('id')
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow();
    const hold = { id: newId(), blobId };
    await transaction
      .insertInto('blobHolds')
      .values({ ...hold, purpose, heldAt: Date.now() })
      .execute();
    return hold;
  });

/** Gives a hold back, once, and removes the content with the last reference. */
export async function releaseHold(store: Store, hold: Hold): Promise<void> {
  await store.kysely.transaction().execute(async (transaction) => {
    const removed = await transaction.deleteFrom('blobHolds').where('id', '=', hold.id).executeTakeFirst();
    if (removed.numDeletedRows > 0n) await dropReference(transaction, 'id', hold.blobId);
  });
  await removeUnneeded(store, hold.blobId);
}

/** Removes the content of `hash` unless somebody needs it. */
export async function removeIfUnneeded(store: Store, hash: string): Promise<void> {
  const row = await store.kysely.selectFrom('blobs').select('id').where('hash', '=', hash).executeTakeFirst();
  if (row !== undefined) await removeUnneeded(store, row.id);
}

/**
 * Takes the hash away first, so that nobody finds the content any more, and then deletes it in pieces: gigabytes in one
 * statement would stop everything else for as long.
 */
export async function removeUnneeded(store: Store, blobId: string): Promise<void> {
  const buried = await store.kysely
    .updateTable('blobs')
    .set({ hash: `removed-${newId()}` })
    .where('id', '=', blobId)
    .where('refs', '<=', 0)
    .executeTakeFirst();
  if (buried.numUpdatedRows === 0n) return;
  const last = await store.kysely
    .selectFrom('blobChunks')
    .select((expression) => expression.fn.max('position').as('position'))
    .where('blobId', '=', blobId)
    .executeTakeFirst();
  for (let position = 0; position <= Number(last?.position ?? -1); position += chunksPerRemoval) {
    await store.kysely
      .deleteFrom('blobChunks')
      .where('blobId', '=', blobId)
      .where('position', '>=', position)
      .where('position', '<', position + chunksPerRemoval)
      .execute();
    await nextTurn();
  }
  await store.kysely.deleteFrom('blobs').where('id', '=', blobId).execute();
}

/** Removes what a process left behind that ended in the middle: holds taken before `time`, and content without need. */
export async function sweepBlobs(store: Store, time: number): Promise<void> {
  const stale = await store.kysely
    .selectFrom('blobHolds')
    .select(['id', 'blobId'])
    .where('heldAt', '<', time)
    .execute();
  for (const hold of stale) await releaseHold(store, hold);
  const unneeded = await store.kysely.selectFrom('blobs').select('id').where('refs', '<=', 0).execute();
  for (const { id } of unneeded) await removeUnneeded(store, id);
}

/** Lets other work in: SQLite answers without ever leaving the current turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
