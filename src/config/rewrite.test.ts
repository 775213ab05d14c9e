import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadComputeNodeConfig, loadWebNodeConfig } from './load.ts';
import { updateSettingsFile } from './rewrite.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth-rewrite-'));
after(() => rmSync(folder, { recursive: true }));

test('makes a missing file from the example, readable by owner and group only', () => {
  const home = join(folder, 'fresh');
  const path = join(home, 'webnode', 'appsettings.json');
  updateSettingsFile(path, [
    { path: ['Kestrel', 'Port'], value: 8080 },
    { path: ['configured'], value: 'configured' },
  ]);
  updateSettingsFile(join(home, 'computenode', 'appsettings.json'), []);
  assert.equal(statSync(path).mode & 0o777, 0o640);
  const web = loadWebNodeConfig({ PLINTH_HOME: home });
  assert.equal(web.config.Kestrel.Port, 8080);
  assert.equal(web.config.configured, 'configured');
  assert.deepEqual(web.warnings, []);
  assert.deepEqual(loadComputeNodeConfig({ PLINTH_HOME: home }).warnings, []);
});

test('keeps mode, unknown keys and order, and leaves the former file as a backup', () => {
  const path = join(folder, 'appsettings.json');
  const before = '\ufeff{\n  "Mine": { "x": 1 },\n  "Kestrel": { "Port": 1 }\n}\n';
  writeFileSync(path, before);
  chmodSync(path, 0o664);
  updateSettingsFile(path, [{ path: ['kestrel', 'port'], value: 2 }]);
  assert.equal(readFileSync(path, 'utf8'), '{\n  "Mine": { "x": 1 },\n  "Kestrel": { "Port": 2 }\n}\n');
  assert.equal(statSync(path).mode & 0o777, 0o664);
  const backups = readdirSync(folder).filter((name) =>
    /^appsettings\.json\.bak-\d{8}T\d{6}\.\d{3}Z$/.test(name),
  );
  assert.equal(backups.length, 1);
  assert.equal(readFileSync(join(folder, backups[0] as string), 'utf8'), before.slice(1));
  assert.equal(readdirSync(folder).filter((name) => name.endsWith('.tmp')).length, 0);
});

test('changes nothing, and makes no backup, when nothing is to change', () => {
  const path = join(folder, 'same.json');
  writeFileSync(path, '{"a": 1}');
  updateSettingsFile(path, [{ path: ['a'], value: 1 }]);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('same.json')),
    ['same.json'],
  );
});

test('a link stays a link', () => {
  const target = join(folder, 'target.json');
  const link = join(folder, 'link.json');
  writeFileSync(target, '{}');
  symlinkSync(target, link);
  updateSettingsFile(link, [{ path: ['a'], value: 1 }]);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.deepEqual(JSON.parse(readFileSync(target, 'utf8')), { a: 1 });
});

test('a file that is not well-formed is left alone', () => {
  const path = join(folder, 'broken.json');
  writeFileSync(path, '{"a": 1 "b": 2}');
  assert.throws(
    () => updateSettingsFile(path, [{ path: ['a'], value: 2 }]),
    /line 1, column 9: A comma is missing/,
  );
  assert.equal(readFileSync(path, 'utf8'), '{"a": 1 "b": 2}');
});
