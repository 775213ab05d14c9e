import { resolve } from 'node:path';
import type { WebNodeConfig } from '../contracts/config.ts';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Database } from './database.ts';
import { openSqlite } from './dialects/sqlite.ts';
import { migrate } from './migrate.ts';
import type { Store } from './portable.ts';
import { sweepBlobs } from './repositories/blob-references.ts';
import { blobsRepository } from './repositories/blobs.ts';
import { computeNodesRepository } from './repositories/compute-nodes.ts';
import { loginsRepository } from './repositories/logins.ts';
import { servicesRepository } from './repositories/services.ts';
import { sessionsRepository } from './repositories/sessions.ts';
import { settingsRepository } from './repositories/settings.ts';
import { snapshotsRepository } from './repositories/snapshots.ts';

export interface OpenOptions {
  connectionStrings: Pick<WebNodeConfig['ConnectionStrings'], 'defaultDb'>;
  /** Relative SQLite paths start here. */
  dataDirectory: string;
  logger: Logger;
  /** A web node (the default) keeps SQLite to itself; a tool opens it beside a running web node, for short work. */
  as?: 'webnode' | 'tool';
}

/**
 * Opens the enabled database, creates or migrates its schema and clears what a crash left behind. Throws
 * DatabaseUnavailable when it cannot be reached, Conflict when it is newer than this release or taken by another web node.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const asWebNode = options.as !== 'tool';
  const { defaultDb } = options.connectionStrings;
  if (!defaultDb.Enabled)
    throw new PlinthError('InvalidRequest', 'No database is enabled in ConnectionStrings.', {
      fields: 'ConnectionStrings',
    });
  const store = openSqlite(resolve(options.dataDirectory, sqlitePath(defaultDb.Connection)), asWebNode);
  try {
    await migrate(store, options.logger);
    if (asWebNode) await sweepBlobs(store, Date.now());
  } catch (error) {
    await store.close();
    throw error;
  }
  return assemble(store);
}

function assemble(store: Store): Database {
  return {
    type: store.type,
    name: store.name,
    settings: settingsRepository(store),
    logins: loginsRepository(store),
    services: servicesRepository(store),
    snapshots: snapshotsRepository(store),
    sessions: sessionsRepository(store),
    computeNodes: computeNodesRepository(store),
    blobs: blobsRepository(store),
    ping: async () => {
      await store.kysely.selectFrom('schemaVersions').select('version').limit(1).execute();
    },
    close: () => store.close(),
  };
}

/** A path, or `Data Source=<path>` as .NET writes it. */
function sqlitePath(connection: string): string {
  const path = connection
    .trim()
    .replace(/^data\s*source\s*=\s*/i, '')
    .replace(/;$/, '');
  return path.replace(/^(["'])(.*)\1$/, '$2');
}
