import { createHash } from 'node:crypto';
import { PlinthError } from '../../domain/errors.ts';
import type { BlobsRepository } from '../database.ts';
import { insertIfAbsent, newId, type Store } from '../portable.ts';
import { type Hold, holdBlob, nextTurn, releaseHold } from './blob-references.ts';

const chunkBytes = 1024 * 1024;

export const blobsRepository = (store: Store): BlobsRepository => ({
  put: (content) => put(store, content),
  read: (hash) => read(store, hash),
  release: (hash) => release(store, hash),
});

async function put(
  store: Store,
  content: AsyncIterable<Uint8Array>,
): Promise<{ hash: string; size: number }> {
  const arriving = await beginArrival(store);
  try {
    const { hash, size } = await storeChunks(store, arriving.blobId, content);
    if (!(await giveName(store, arriving.blobId, hash, size))) await releaseHold(store, arriving);
    return { hash, size };
  } catch (error) {
    await releaseHold(store, arriving);
    throw error;
  }
}

/** A blob without a hash yet, held by the caller. */
const beginArrival = (store: Store): Promise<Hold> =>
  store.kysely.transaction().execute(async (transaction) => {
    const hold = { id: newId(), blobId: newId() };
    await transaction
      .insertInto('blobs')
      .values({ id: hold.blobId, hash: `arriving-${hold.blobId}`, size: 0, refs: 1 })
      .execute();
    await transaction
      .insertInto('blobHolds')
      .values({ ...hold, purpose: 'put', heldAt: Date.now() })
      .execute();
    return hold;
  });

async function storeChunks(
  store: Store,
  blobId: string,
  content: AsyncIterable<Uint8Array>,
): Promise<{ hash: string; size: number }> {
  const digest = createHash('sha256');
  let size = 0;
  let position = 0;
  for await (const chunk of inChunks(content)) {
    digest.update(chunk);
    size += chunk.length;
    await store.kysely.insertInto('blobChunks').values({ blobId, position, content: chunk }).execute();
    position += 1;
    await nextTurn();
  }
  return { hash: digest.digest('hex'), size };
}

/** True when the content is now known by its hash; false when the same content was, and is held instead. */
async function giveName(store: Store, blobId: string, hash: string, size: number): Promise<boolean> {
  for (;;) {
    const named = await insertIfAbsent(store, () =>
      store.kysely.updateTable('blobs').set({ hash, size }).where('id', '=', blobId).execute(),
    );
    if (named) return true;
    try {
      await holdBlob(store, hash, 'put');
      return false;
    } catch (error) {
      // Removed between the two statements: then the name is free again.
      if (!(error instanceof PlinthError) || error.code !== 'Conflict') throw error;
    }
  }
}

async function read(
  store: Store,
  hash: string,
): Promise<{ size: number; content: AsyncIterable<Uint8Array> } | null> {
  const row = await store.kysely
    .selectFrom('blobs')
    .select('size')
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row === undefined ? null : { size: Number(row.size), content: readChunks(store, hash) };
}

/** Held while it is read, so that a delete meanwhile does not cut it short. */
async function* readChunks(store: Store, hash: string): AsyncGenerator<Uint8Array> {
  const hold = await holdBlob(store, hash, 'read');
  try {
    for (let position = 0; ; position += 1) {
      const row = await store.kysely
        .selectFrom('blobChunks')
        .select('content')
        .where('blobId', '=', hold.blobId)
        .where('position', '=', position)
        .executeTakeFirst();
      if (row === undefined) return;
      yield row.content;
      await nextTurn();
    }
  } finally {
    await releaseHold(store, hold);
  }
}

async function release(store: Store, hash: string): Promise<void> {
  const hold = await store.kysely
    .selectFrom('blobHolds')
    .innerJoin('blobs', 'blobs.id', 'blobHolds.blobId')
    .select(['blobHolds.id', 'blobHolds.blobId'])
    .where('blobs.hash', '=', hash)
    .where('blobHolds.purpose', '=', 'put')
    .orderBy('blobHolds.heldAt')
    .limit(1)
    .executeTakeFirst();
  if (hold !== undefined) await releaseHold(store, hold);
}

/** The same bytes in pieces of 1 MiB, the last one shorter. */
async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(chunkBytes);
  let filled = 0;
  for await (const piece of content) {
    for (let offset = 0; offset < piece.length; ) {
      const part = piece.subarray(offset, offset + chunkBytes - filled);
      chunk.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (filled < chunkBytes) continue;
      yield chunk;
      chunk = new Uint8Array(chunkBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}
