import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderUnit } from './systemd.ts';

const templates = readdirSync(join(import.meta.dirname, '../../../deploy/systemd'));
const units = templates.filter((name) => name.endsWith('.service'));
const hasAnalyzer = spawnSync('systemd-analyze', ['--version']).status === 0;
const needsAnalyzer = { skip: hasAnalyzer ? false : 'systemd-analyze is not installed' };

test('systemd finds nothing to say about the units', needsAnalyzer, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-units-'));
  try {
    // The program must exist to be accepted; that of an installation is not there yet.
    for (const unit of units) writeFileSync(join(folder, unit), renderUnit(unit, '/bin/true'));
    const paths = units.map((unit) => join(folder, unit));
    // It ends with 0 whatever it finds, so only its output tells.
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
      encoding: 'utf8',
    });
    const ours = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.includes(folder) || units.some((unit) => line.startsWith(unit)));
    assert.deepEqual(ours, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a key that systemd does not know would be found', needsAnalyzer, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-units-'));
  try {
    const path = join(folder, 'webnode.service');
    writeFileSync(path, renderUnit('webnode.service', '/bin/true').replace('KillMode=', 'KilMode='));
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    assert.match(stderr, /KilMode/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the nodes are restarted always, without a start limit, and tell when they are ready', () => {
  for (const unit of ['webnode.service', 'computenode.service']) {
    const text = renderUnit(unit, '/opt/plinth/bin/plinth');
    for (const line of [
      'Restart=always',
      'StartLimitIntervalSec=0',
      'Type=notify',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
    ])
      assert.ok(text.split('\n').includes(line), `${unit}: ${line}`);
    assert.match(
      text,
      /^ExecStart=\/opt\/plinth\/bin\/plinth admin node supervise --(webnode|computenode) --notify$/m,
    );
  }
  assert.match(renderUnit('computenode.service', 'x'), /^Wants=.*rserve\.service/m);
});
