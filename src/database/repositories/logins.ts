import type { Selectable } from 'kysely';
import type { Login, LoginsRepository } from '../database.ts';
import { fromFlag, identityKey, type Store, toFlag } from '../portable.ts';
import type { Schema } from '../schema.ts';

export const loginsRepository = ({ kysely }: Store): LoginsRepository => ({
  insert: async (login) => {
    const row = { ...login, usernameKey: identityKey(login.username), revoked: toFlag(login.revoked) };
    await kysely.insertInto('logins').values(row).execute();
  },

  get: async (id) => {
    const row = await kysely.selectFrom('logins').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toLogin(row);
  },

  rotate: async (id, expectedHash, next) => {
    const result = await kysely
      .updateTable('logins')
      .set(next)
      .where('id', '=', id)
      .where('refreshTokenHash', '=', expectedHash)
      .where('revoked', '=', 0)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  },

  revoke: async (id) => {
    await kysely.updateTable('logins').set({ revoked: 1 }).where('id', '=', id).execute();
  },

  revokeAllOf: async (username) => {
    const result = await kysely
      .updateTable('logins')
      .set({ revoked: 1 })
      .where('usernameKey', '=', identityKey(username))
      .where('revoked', '=', 0)
      .executeTakeFirst();
    return Number(result.numUpdatedRows);
  },

  removeUnusedSince: async (time) => {
    const result = await kysely.deleteFrom('logins').where('lastUse', '<', time).executeTakeFirst();
    return Number(result.numDeletedRows);
  },
});

function toLogin(row: Selectable<Schema['logins']>): Login {
  const { usernameKey: _, ...login } = row;
  return {
    ...login,
    loginAt: Number(row.loginAt),
    lastUse: Number(row.lastUse),
    generation: Number(row.generation),
    revoked: fromFlag(row.revoked),
  };
}
