import type { Selectable } from 'kysely';
import type { SessionsRepository, StoredSession } from '../database.ts';
import { identityKey, type Store } from '../portable.ts';
import type { Schema } from '../schema.ts';

export const sessionsRepository = ({ kysely }: Store): SessionsRepository => ({
  insert: async (session) => {
    const row = { ...session, ownerKey: identityKey(session.owner) };
    await kysely.insertInto('sessions').values(row).execute();
  },

  get: async (id) => {
    const row = await kysely.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toSession(row);
  },

  listOf: async (owner) => {
    const rows = await kysely
      .selectFrom('sessions')
      .selectAll()
      .where('ownerKey', '=', identityKey(owner))
      .orderBy('createdAt')
      .orderBy('id')
      .execute();
    return rows.map(toSession);
  },

  markGone: async (id, time) => {
    await kysely
      .updateTable('sessions')
      .set({ goneAt: time })
      .where('id', '=', id)
      .where('goneAt', 'is', null)
      .execute();
  },

  remove: async (id) => {
    const result = await kysely.deleteFrom('sessions').where('id', '=', id).executeTakeFirst();
    return result.numDeletedRows > 0n;
  },

  removeGoneBefore: async (time) => {
    const result = await kysely.deleteFrom('sessions').where('goneAt', '<', time).executeTakeFirst();
    return Number(result.numDeletedRows);
  },
});

function toSession(row: Selectable<Schema['sessions']>): StoredSession {
  const { ownerKey: _, ...session } = row;
  return {
    ...session,
    createdAt: Number(row.createdAt),
    goneAt: row.goneAt === null ? null : Number(row.goneAt),
  };
}
