import type { Kysely } from 'kysely';
import type { ColumnTypes } from '../portable.ts';
import type { Schema } from '../schema.ts';

/** Everything the first release keeps. */
export async function firstTables(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  const { key, text, integer, flag, bytes } = types;

  await db.schema
    .createTable('settings')
    .addColumn('key', key, (column) => column.primaryKey().notNull())
    .addColumn('value', text, (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('logins')
    .addColumn('id', key, (column) => column.primaryKey().notNull())
    .addColumn('username', text, (column) => column.notNull())
    .addColumn('usernameKey', key, (column) => column.notNull())
    .addColumn('loginSessionId', text, (column) => column.notNull())
    .addColumn('loginAt', integer, (column) => column.notNull())
    .addColumn('lastUse', integer, (column) => column.notNull())
    .addColumn('revoked', flag, (column) => column.notNull())
    .addColumn('generation', integer, (column) => column.notNull())
    .addColumn('refreshTokenHash', text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('loginsByUser').on('logins').column('usernameKey').execute();
  await db.schema.createIndex('loginsByUse').on('logins').column('lastUse').execute();

  await db.schema
    .createTable('blobs')
    .addColumn('id', key, (column) => column.primaryKey().notNull())
    .addColumn('hash', key, (column) => column.notNull().unique())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('refs', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('blobChunks')
    .addColumn('blobId', key, (column) => column.notNull().references('blobs.id'))
    .addColumn('position', integer, (column) => column.notNull())
    .addColumn('content', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('blobChunksKey', ['blobId', 'position'])
    .execute();
  await db.schema
    .createTable('blobHolds')
    .addColumn('id', key, (column) => column.primaryKey().notNull())
    .addColumn('blobId', key, (column) => column.notNull().references('blobs.id'))
    .addColumn('purpose', key, (column) => column.notNull())
    .addColumn('heldAt', integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('blobHoldsByBlob').on('blobHolds').column('blobId').execute();

  await db.schema
    .createTable('services')
    .addColumn('name', key, (column) => column.notNull())
    .addColumn('version', key, (column) => column.notNull())
    .addColumn('publishedBy', text, (column) => column.notNull())
    .addColumn('createdAt', integer, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addColumn('runtime', text, (column) => column.notNull())
    .addColumn('code', text, (column) => column.notNull())
    .addColumn('initCode', text)
    .addColumn('description', text)
    .addColumn('operationId', text)
    .addColumn('inputs', text, (column) => column.notNull())
    .addColumn('outputs', text, (column) => column.notNull())
    .addColumn('outputFileNames', text, (column) => column.notNull())
    .addColumn('snapshotId', key)
    .addColumn('snapshotBlob', key, (column) => column.references('blobs.hash'))
    .addPrimaryKeyConstraint('servicesKey', ['name', 'version'])
    .execute();

  await db.schema
    .createTable('snapshots')
    .addColumn('id', key, (column) => column.primaryKey().notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('owner', text, (column) => column.notNull())
    .addColumn('ownerKey', key, (column) => column.notNull())
    .addColumn('runtime', text, (column) => column.notNull())
    .addColumn('createdAt', integer, (column) => column.notNull())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('blob', key, (column) => column.notNull().references('blobs.hash'))
    .execute();
  await db.schema.createIndex('snapshotsByOwner').on('snapshots').column('ownerKey').execute();

  await db.schema
    .createTable('sessions')
    .addColumn('id', key, (column) => column.primaryKey().notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('owner', text, (column) => column.notNull())
    .addColumn('ownerKey', key, (column) => column.notNull())
    .addColumn('runtime', text, (column) => column.notNull())
    .addColumn('node', text, (column) => column.notNull())
    .addColumn('createdAt', integer, (column) => column.notNull())
    .addColumn('goneAt', integer)
    .execute();
  await db.schema.createIndex('sessionsByOwner').on('sessions').column('ownerKey').execute();

  await db.schema
    .createTable('computeNodes')
    .addColumn('entry', key, (column) => column.primaryKey().notNull())
    .addColumn('position', integer, (column) => column.notNull())
    .execute();
}
