import type { Selectable } from 'kysely';
import type { ServicesRepository, StoredService } from '../database.ts';
import { insertIfAbsent, type Store } from '../portable.ts';
import type { Schema } from '../schema.ts';
import { addReference, dropReference, removeIfUnneeded } from './blob-references.ts';

type Row = Selectable<Schema['services']>;

export const servicesRepository = (store: Store): ServicesRepository => ({
  insert: (service) =>
    insertIfAbsent(store, () =>
      store.kysely.transaction().execute(async (transaction) => {
        if (service.snapshotBlob !== null) await addReference(transaction, service.snapshotBlob);
        await transaction.insertInto('services').values(toRow(service)).execute();
      }),
    ),

  get: async (name, version) => {
    const row = await store.kysely
      .selectFrom('services')
      .selectAll()
      .where('name', '=', name)
      .where('version', '=', version)
      .executeTakeFirst();
    return row === undefined ? null : toService(row);
  },

  list: async (name) => {
    let query = store.kysely.selectFrom('services').selectAll();
    if (name !== undefined) query = query.where('name', '=', name);
    const rows = await query.orderBy('name').orderBy('createdAt').orderBy('version').execute();
    return rows.map(toService);
  },

  update: (service) => update(store, service),

  remove: async (name, version) => {
    const removed = await store.kysely.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('services')
        .select('snapshotBlob')
        .where('name', '=', name)
        .where('version', '=', version)
        .executeTakeFirst();
      const result = await transaction
        .deleteFrom('services')
        .where('name', '=', name)
        .where('version', '=', version)
        .executeTakeFirst();
      if (row === undefined || result.numDeletedRows === 0n) return null;
      if (row.snapshotBlob !== null) await dropReference(transaction, 'hash', row.snapshotBlob);
      return row;
    });
    if (removed?.snapshotBlob) await removeIfUnneeded(store, removed.snapshotBlob);
    return removed !== null;
  },
});

async function update(store: Store, service: StoredService): Promise<boolean> {
  const { name, version, ...values } = toRow(service);
  const changed = await store.kysely.transaction().execute(async (transaction) => {
    const before = await transaction
      .selectFrom('services')
      .select('snapshotBlob')
      .where('name', '=', name)
      .where('version', '=', version)
      .where('revision', '=', service.revision - 1)
      .executeTakeFirst();
    if (before === undefined) return null;
    if (service.snapshotBlob !== null) await addReference(transaction, service.snapshotBlob);
    const result = await transaction
      .updateTable('services')
      .set(values)
      .where('name', '=', name)
      .where('version', '=', version)
      .where('revision', '=', service.revision - 1)
      .executeTakeFirst();
    const won = result.numUpdatedRows > 0n;
    // Who lost the race gives back what was just counted for the row that was not written.
    const unused = won ? before.snapshotBlob : service.snapshotBlob;
    if (unused !== null) await dropReference(transaction, 'hash', unused);
    return won ? before : null;
  });
  if (changed?.snapshotBlob) await removeIfUnneeded(store, changed.snapshotBlob);
  return changed !== null;
}

const toRow = (service: StoredService): Row => ({
  ...service,
  inputs: JSON.stringify(service.inputs),
  outputs: JSON.stringify(service.outputs),
  outputFileNames: JSON.stringify(service.outputFileNames),
});

const toService = (row: Row): StoredService => ({
  ...row,
  createdAt: Number(row.createdAt),
  revision: Number(row.revision),
  inputs: JSON.parse(row.inputs),
  outputs: JSON.parse(row.outputs),
  outputFileNames: JSON.parse(row.outputFileNames),
});
