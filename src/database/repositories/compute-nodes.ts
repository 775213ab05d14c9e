import type { Kysely } from 'kysely';
import type { ComputeNodesRepository } from '../database.ts';
import { insertIfAbsent, type Store } from '../portable.ts';
import type { Schema } from '../schema.ts';

export const computeNodesRepository = (store: Store): ComputeNodesRepository => ({
  list: () => list(store.kysely),

  // Whoever adds the same entry at the same moment makes the whole addition start again, on what is there then.
  add: async (entries) => {
    while (!(await insertIfAbsent(store, () => addMissing(store, entries))));
  },

  remove: async (entries) => {
    if (entries.length === 0) return;
    await store.kysely.deleteFrom('computeNodes').where('entry', 'in', entries).execute();
  },

  replace: (entries) =>
    store.kysely.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('computeNodes').execute();
      await insert(transaction, [...new Set(entries)], 0);
    }),
});

async function list(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db
    .selectFrom('computeNodes')
    .select('entry')
    .orderBy('position')
    .orderBy('entry')
    .execute();
  return rows.map((row) => row.entry);
}

const addMissing = (store: Store, entries: string[]): Promise<void> =>
  store.kysely.transaction().execute(async (transaction) => {
    const present = new Set(await list(transaction));
    const last = await transaction
      .selectFrom('computeNodes')
      .select((expression) => expression.fn.max('position').as('position'))
      .executeTakeFirst();
    const missing = [...new Set(entries)].filter((entry) => !present.has(entry));
    await insert(transaction, missing, Number(last?.position ?? -1) + 1);
  });

async function insert(transaction: Kysely<Schema>, entries: string[], from: number): Promise<void> {
  for (const [index, entry] of entries.entries())
    await transaction
      .insertInto('computeNodes')
      .values({ entry, position: from + index })
      .execute();
}
