import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { trustFile } from '../../config/trusted-key.ts';
import { silentLogger } from '../../lib/logger.ts';
import { ClusterTrust } from './cluster-trust.ts';

function fileFor(context: TestContext): string {
  const data = mkdtempSync(join(tmpdir(), 'plinth-trust-'));
  context.after(() => rmSync(data, { recursive: true, force: true }));
  return trustFile(data);
}

const ours = 'a'.repeat(64);
const theirs = 'b'.repeat(64);
const fingerprint = (key: string): string => createHash('sha256').update(key).digest('hex');
const forbidden = { code: 'Forbidden' };

test('the first key pins itself, any other is refused, also after a restart', (context) => {
  const file = fileFor(context);
  const trust = new ClusterTrust(file, silentLogger);
  trust.check(ours);
  assert.throws(() => trust.check(theirs), forbidden);
  trust.check(ours);
  assert.equal(readFileSync(file, 'utf8').trim(), fingerprint(ours));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dirname(file)), ['cluster-key.sha256'], 'no temporary file stays');
  const restarted = new ClusterTrust(file, silentLogger);
  assert.throws(() => restarted.check(theirs), forbidden);
  restarted.check(ours);
});

test('what is no key is refused and pins nothing', (context) => {
  const file = fileFor(context);
  const trust = new ClusterTrust(file, silentLogger);
  for (const key of [undefined, '', 'short', 'x'.repeat(300), [ours, theirs], `${ours}\n`])
    assert.throws(() => trust.check(key), forbidden);
  trust.check(ours);
});

test('a fingerprint written beforehand decides', (context) => {
  const file = fileFor(context);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fingerprint(ours).toUpperCase());
  const trust = new ClusterTrust(file, silentLogger);
  assert.throws(() => trust.check(theirs), forbidden);
  trust.check(ours);
});

test('of two that pin at once one wins for both', (context) => {
  const file = fileFor(context);
  const [first, second] = [new ClusterTrust(file, silentLogger), new ClusterTrust(file, silentLogger)];
  first.check(ours);
  assert.throws(() => second.check(theirs), forbidden);
  second.check(ours);
});

test('removing the file forgets the key, while the node runs', (context) => {
  const file = fileFor(context);
  const trust = new ClusterTrust(file, silentLogger);
  trust.check(ours);
  rmSync(file);
  trust.check(theirs);
  assert.throws(() => trust.check(ours), forbidden);
});

test('a file that holds no fingerprint stops the start', (context) => {
  const file = fileFor(context);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'garbage');
  assert.throws(() => new ClusterTrust(file, silentLogger), { code: 'InvalidRequest' });
});
