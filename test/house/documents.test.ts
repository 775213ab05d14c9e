import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { documents } from '../../scripts/generate-docs.ts';

for (const [path, text] of Object.entries(documents()))
  test(`${path} agrees with the contracts (node scripts/generate-docs.ts)`, () => {
    assert.equal(readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8'), text);
  });
