/** The layer rules hold: a file that breaks them is refused, and one that keeps them is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');

const forbidden: [file: string, imported: string][] = [
  ['src/domain/a.ts', '../web/app.ts'],
  ['src/domain/b.ts', 'node:fs'],
  ['src/domain/c.ts', 'node:fs/promises'],
  ['src/contracts/d.ts', '../lib/logger.ts'],
  ['src/lib/e.ts', '../contracts/config.ts'],
  ['src/compute/sessions/f.ts', '../../database/database.ts'],
  ['src/web/login/g.ts', '../../runtime/runtime.ts'],
  ['src/cli/commands/node/h.ts', '../../../runtime/runtime.ts'],
  ['src/database/i.ts', '../identity/identity.ts'],
  ['src/web/j.ts', 'kysely'],
  ['src/runtime/k.ts', 'fastify'],
  ['src/web/l.ts', 'node:child_process'],
  ['test/acceptance/m.test.ts', '../../src/web/app.ts'],
];
const allowed: [file: string, imported: string][] = [
  ['src/web/n.ts', 'fastify'],
  ['src/web/login/o.ts', '../../domain/errors.ts'],
  ['src/runtime/r/p.ts', '../../rdata/read.ts'],
];

/** Files with a diagnostic of the rule, by one run over a copy of the configuration. */
let refused: Set<string>;
let house: string;

before(() => {
  house = realpathSync(mkdtempSync(join(tmpdir(), 'plinth-layers-')));
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  delete config.$schema;
  config.vcs = { enabled: false };
  writeFileSync(join(house, 'biome.json'), JSON.stringify(config));
  for (const [file, imported] of [...forbidden, ...allowed]) {
    mkdirSync(join(house, dirname(file)), { recursive: true });
    writeFileSync(join(house, file), `import * as probe from '${imported}';\n\nexport const used = probe;\n`);
  }
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/biome'),
    ['lint', '--reporter=github', '--max-diagnostics=none', '.'],
    {
      cwd: house,
      encoding: 'utf8',
    },
  );
  const rows = stdout.split('\n').filter((row) => row.includes('noRestrictedImports'));
  refused = new Set(rows.map((row) => relative(house, /file=([^,]+)/.exec(row)?.[1] ?? row)));
});

after(() => rmSync(house, { recursive: true }));

for (const [file, imported] of forbidden) {
  test(`${dirname(file)} may not import ${imported}`, () =>
    assert.ok(refused.has(file), [...refused].join(' ')));
}
for (const [file, imported] of allowed) {
  test(`${dirname(file)} may import ${imported}`, () => assert.ok(!refused.has(file)));
}
