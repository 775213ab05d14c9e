/** What keeps the repositories free of dialects: identifiers, flags, keys and the race for a unique key. */
import { randomUUID } from 'node:crypto';
import type { Kysely, RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Column types of a dialect, by what they hold. */
export interface ColumnTypes {
  /** Identifiers, names, hashes: short enough for an index. */
  key: RawBuilder<unknown>;
  text: RawBuilder<unknown>;
  /** Counts, sizes, times in milliseconds: 64 bits. */
  integer: RawBuilder<unknown>;
  flag: RawBuilder<unknown>;
  bytes: RawBuilder<unknown>;
}

/** An open database of one dialect: all that repositories and migrations need of it. */
export interface Store {
  readonly type: Database['type'];
  /** File or database name, for people. */
  readonly name: string;
  readonly kysely: Kysely<Schema>;
  readonly types: ColumnTypes;
  isUniqueViolation(error: unknown): boolean;
  /** Makes the rest of the transaction wait for every other migration. */
  lockSchema(transaction: Kysely<Schema>): Promise<void>;
  /** Keeps a copy of what exists before a migration changes it. */
  copyBeforeMigration(fromVersion: number): Promise<void>;
  close(): Promise<void>;
}

/** Lower-case GUIDs, made here and not by the database. */
export const newId = (): string => randomUUID();

/** What identities are compared by (SEC-13). */
export const identityKey = (identity: string): string => identity.toLowerCase();

export const toFlag = (value: boolean): number => (value ? 1 : 0);
export const fromFlag = (value: number): boolean => value !== 0;

/** Runs an insert; false when its key exists. An upsert would need one statement per dialect. */
export async function insertIfAbsent(store: Store, insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (store.isUniqueViolation(error)) return false;
    throw error;
  }
}
