import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { schemaPath, sqliteSchema } from '../../scripts/generate-schema.ts';

test('the committed schema is what the migrations make (node scripts/generate-schema.ts)', async () => {
  const committed = readFileSync(resolve(import.meta.dirname, '../..', schemaPath), 'utf8');
  assert.equal(committed, await sqliteSchema());
});
