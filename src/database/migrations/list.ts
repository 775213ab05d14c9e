import type { Kysely } from 'kysely';
import type { ColumnTypes } from '../portable.ts';
import type { Schema } from '../schema.ts';
import { firstTables } from './0001-first-tables.ts';

export interface Migration {
  name: string;
  up(db: Kysely<Schema>, types: ColumnTypes): Promise<void>;
}

/** In order; the first makes schema version 1. What is released is never changed, only followed. */
export const migrations: readonly Migration[] = [{ name: 'first-tables', up: firstTables }];
