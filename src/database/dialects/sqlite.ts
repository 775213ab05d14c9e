/** SQLite through node:sqlite: one connection, calls block, so every statement must be short. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CamelCasePlugin,
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  sql,
} from 'kysely';
import { PlinthError } from '../../domain/errors.ts';
import type { Store } from '../portable.ts';
import type { Schema } from '../schema.ts';

/** Milliseconds a statement waits for another process (the command line, say) to finish its own. */
const busyTimeout = 5000;

/**
 * Opens or creates the file. `sole` takes the lock that only one web node can have (V31) and throws Conflict when another
 * has it; a command-line tool opens without it. Throws DatabaseUnavailable when the file cannot be opened.
 */
export function openSqlite(path: string, sole: boolean): Store {
  return reachable(() => {
    createPrivateFile(path);
    const releaseLock = sole ? lockForOneProcess(path) : () => {};
    const file = connect(path);
    const kysely = new Kysely<Schema>({
      dialect: new ImmediateDialect({ database: adapt(file) }),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    });
    return {
      type: 'sqlite',
      name: basename(path),
      kysely,
      types: { key: sql`text`, text: sql`text`, integer: sql`integer`, flag: sql`integer`, bytes: sql`blob` },
      isUniqueViolation: (error) => constraintCodes.has(resultCode(error)),
      // The transaction began as a writer and SQLite has only one of those.
      lockSchema: async () => {},
      copyBeforeMigration: async (version) => copy(file, `${path}.schema-${version}-${timestamp()}.bak`),
      close: async () => {
        // Not through Kysely, whose later refusals would not be told from bugs.
        if (file.isOpen) file.close();
        releaseLock();
      },
    };
  });
}

function connect(path: string): DatabaseSync {
  const file = new DatabaseSync(path);
  file.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
  file.exec('PRAGMA journal_mode = WAL');
  // In WAL mode only FULL keeps every acknowledged commit through a loss of power.
  file.exec('PRAGMA synchronous = FULL');
  file.exec('PRAGMA foreign_keys = ON');
  return file;
}

/** The file holds keys and hashes: only its owner reads it. Its journals inherit the mode. */
function createPrivateFile(path: string): void {
  // Others may pass through to folders of their own below it, but not look around.
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  closeSync(openSync(path, 'a', 0o600));
}

/**
 * An exclusive transaction on a side file. The operating system drops it with the process, whatever ends that, so a
 * stale lock cannot exist.
 */
function lockForOneProcess(path: string): () => void {
  const lockPath = `${path}.lock`;
  closeSync(openSync(lockPath, 'a', 0o600));
  const lock = new DatabaseSync(lockPath);
  try {
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (resultCode(error) !== busy) throw error;
    throw new PlinthError(
      'Conflict',
      `Another web node already uses the SQLite database ${basename(path)}. SQLite serves one web node; several need ` +
        'PostgreSQL or SQL Server.',
      { cause: error },
    );
  }
  return () => lock.close();
}

/** `VACUUM INTO` copies a consistent state, journal included, and demands that its target is empty. */
function copy(file: DatabaseSync, target: string): void {
  reachable(() => {
    closeSync(openSync(target, 'wx', 0o600));
    file.prepare('VACUUM INTO ?').run(target);
  });
}

const timestamp = (): string => new Date().toISOString().replaceAll(/[-:]/g, '');

/** node:sqlite in the shape Kysely's own dialect expects. */
const adapt = (file: DatabaseSync): SqliteDatabase => ({
  close: () => file.close(),
  prepare: (text) => {
    const statement = reachable(() => file.prepare(text));
    const values = (parameters: readonly unknown[]) => parameters as Parameters<typeof statement.all>;
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => reachable(() => statement.all(...values(parameters))),
      run: (parameters) => reachable(() => statement.run(...values(parameters))),
      iterate: (parameters) => statement.iterate(...values(parameters)),
    };
  },
});

/**
 * Transactions begin as writers: one that starts by reading and then writes fails at once, without waiting, when another
 * process wrote in between.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: { database: SqliteDatabase };

  constructor(config: { database: SqliteDatabase }) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config);
  }
}

const busy = 5;
/** Primary key and unique index. */
const constraintCodes = new Set([1555, 2067]);
/** Busy, locked, read-only, I/O error, corrupt, full, cannot open, not a database. */
const unavailableCodes = new Set([busy, 6, 8, 10, 11, 13, 14, 26]);

const resultCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;

/** Turns a failure to reach the file into DatabaseUnavailable; anything else is the statement's own fault. */
function reachable<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof PlinthError || !isUnavailable(error)) throw error;
    throw new PlinthError(
      'DatabaseUnavailable',
      'The SQLite database cannot be used; the log of the web node names the reason.',
      { cause: error },
    );
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  // Extended codes carry the plain one in their low byte. ERR_INVALID_STATE: the file was closed.
  (unavailableCodes.has(resultCode(error) & 0xff) ||
    ('code' in error && error.code === 'ERR_INVALID_STATE') ||
    ('syscall' in error && 'path' in error));
