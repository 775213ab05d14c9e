import type { SettingsRepository } from '../database.ts';
import { insertIfAbsent, type Store } from '../portable.ts';

export function settingsRepository(store: Store): SettingsRepository {
  const { kysely } = store;

  const get = async (key: string): Promise<string | null> => {
    const row = await kysely.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
    return row?.value ?? null;
  };

  const insert = (key: string, value: string): Promise<boolean> =>
    insertIfAbsent(store, () => kysely.insertInto('settings').values({ key, value }).execute());

  return {
    get,
    put: async (key, value) => {
      if (await insert(key, value)) return;
      await kysely.updateTable('settings').set({ value }).where('key', '=', key).execute();
    },
    putIfAbsent: async (key, value) => {
      if (await insert(key, value)) return value;
      return (await get(key)) ?? value;
    },
  };
}
