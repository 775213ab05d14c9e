import type { Kysely } from 'kysely';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { type Migration, migrations as released } from './migrations/list.ts';
import type { Store } from './portable.ts';
import type { Schema } from './schema.ts';

/**
 * Brings the schema up to date. Programs that start at once wait for one another; an existing database is copied first
 * where the dialect can. Throws Conflict when the database is newer than this program.
 */
export async function migrate(
  store: Store,
  logger: Logger,
  migrations: readonly Migration[] = released,
): Promise<void> {
  await store.kysely.schema
    .createTable('schemaVersions')
    .ifNotExists()
    .addColumn('version', store.types.integer, (column) => column.primaryKey().notNull())
    .addColumn('name', store.types.text, (column) => column.notNull())
    .addColumn('appliedAt', store.types.integer, (column) => column.notNull())
    .execute();
  const before = await schemaVersion(store.kysely);
  refuseNewer(before, migrations.length);
  if (before === migrations.length) return;
  if (before > 0) await store.copyBeforeMigration(before);

  await store.kysely.transaction().execute(async (transaction) => {
    await store.lockSchema(transaction);
    // Asked again behind the lock: another program may have migrated meanwhile.
    const current = await schemaVersion(transaction);
    refuseNewer(current, migrations.length);
    for (const [index, migration] of migrations.entries()) {
      const version = index + 1;
      if (version <= current) continue;
      await transaction
        .insertInto('schemaVersions')
        .values({ version, name: migration.name, appliedAt: Date.now() })
        .execute();
      await migration.up(transaction, store.types);
      logger.information(`The database schema is now version ${version} (${migration.name}).`);
    }
  });
}

async function schemaVersion(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('schemaVersions')
    .select((expression) => expression.fn.max('version').as('version'))
    .executeTakeFirstOrThrow();
  return Number(row.version ?? 0);
}

function refuseNewer(present: number, known: number): void {
  if (present <= known) return;
  throw new PlinthError(
    'Conflict',
    `The database has schema version ${present}, but this release of Plinth knows versions up to ${known}. Start the newer ` +
      'release that made it, or restore the copy from before the upgrade.',
  );
}
