import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../support/until.ts';
import { type NodeRow, type OwnHome, ownHome, passwords } from './own-home.ts';

let home: OwnHome;
before(async () => {
  home = await ownHome();
  const words = ['admin', 'node', 'setup', '--webnode', ...passwords, '--uri', 'http://127.0.0.1:9'];
  const { code, stderr } = await home.plinth(words);
  assert.equal(code, 0, stderr);
});
after(() => home[Symbol.asyncDispose]());

const node = (...words: string[]) => home.plinth(['admin', 'node', ...words]);
const webRow = async (): Promise<NodeRow> => {
  const row = (await home.nodes()).find(({ name }) => name === 'webnode');
  assert.ok(row);
  return row;
};
const answers = async (): Promise<boolean> => (await fetch(`${home.webUrl}/ping`)).ok;
const record = (): { supervisor: { pid: number }; node: { pid: number } } =>
  JSON.parse(readFileSync(join(home.path, 'run', 'webnode.json'), 'utf8'));

test('admin-2: node list shows what is configured and runs; --check judges it', async () => {
  const rows = await home.nodes();
  assert.deepEqual(
    rows.map(({ name, type, configured, status }) => [name, type, configured, status]),
    [
      ['computenode', 'compute', false, 'not configured'],
      ['rserve', 'rserve', false, 'not configured'],
      ['webnode', 'web', true, 'running'],
    ],
  );
  const { endpoint, pid, since, version } = await webRow();
  assert.equal(endpoint, home.webUrl);
  assert.ok(pid !== null && Number.isInteger(pid));
  assert.ok(Date.now() - Date.parse(since ?? '') < 600_000);
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.equal((await node('list', '--check')).code, 0);
});

test('a killed node is started again by itself', async () => {
  const { pid } = await webRow();
  process.kill(pid as number, 'SIGKILL');
  const row = await until('The web node runs again', async () => {
    const now = await webRow();
    return now.status === 'running' && now.pid !== pid && now;
  });
  assert.ok(await answers());
  assert.notEqual(row.pid, pid);
});

test('a node whose supervisor was killed runs on; start gives it a new one, which takes it over', async () => {
  const former = record();
  process.kill(former.supervisor.pid, 'SIGKILL');
  assert.equal((await webRow()).status, 'running');
  assert.equal((await node('start')).code, 0);
  await until('A new supervisor has the node', () => record().supervisor.pid !== former.supervisor.pid);
  assert.equal((await webRow()).pid, former.node.pid);
  process.kill(former.node.pid, 'SIGKILL');
  await until(
    'The web node was started again',
    async () => (await webRow()).status === 'running' && record().node.pid !== former.node.pid,
  );
});

test('a node whose supervisor was killed can be stopped', async () => {
  const { supervisor } = record();
  process.kill(supervisor.pid, 'SIGKILL');
  const { code, stdout } = await node('stop');
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as NodeRow[])[0]?.status, 'stopped');
  await assert.rejects(answers);
});

test('stop of a stopped node and start of a running one succeed; --check fails while it is stopped', async () => {
  assert.equal((await node('stop', '--webnode')).code, 0);
  assert.equal((await node('list', '--check')).code, 1);
  assert.equal((await node('start', '--webnode')).code, 0);
  const { pid } = await webRow();
  assert.equal((await node('start')).code, 0);
  assert.equal((await webRow()).pid, pid);
});

test('restart gives the node new settings', async () => {
  const { pid } = await webRow();
  const { code } = await node('restart');
  assert.equal(code, 0);
  const row = await webRow();
  assert.equal(row.status, 'running');
  assert.notEqual(row.pid, pid);
});

test('a node that is not configured here cannot be started', async () => {
  for (const verb of ['start', 'stop', 'restart']) {
    const { code, stderr } = await node(verb, '--computenode');
    assert.equal(code, 1);
    assert.match(stderr, /^ERROR: No compute node is configured on this machine\./m);
  }
});

test('with settings that are refused, start fails with the reason, stop works, and list still tells', async () => {
  const file = join(home.path, 'webnode', 'appsettings.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"Port":', '"Port"'));
  assert.equal((await webRow()).status, 'running');
  assert.equal((await node('stop')).code, 0);
  const { code, stderr } = await node('start');
  assert.equal(code, 1);
  assert.match(stderr, /^ERROR: .*appsettings\.json, line \d+, column \d+/m);
  writeFileSync(file, text);
  assert.equal((await node('start')).code, 0);
});

test('a node that ends at each start is shown as failed, and start works once the reason is gone', async () => {
  assert.equal((await node('stop')).code, 0);
  const lock = join(home.path, 'data', 'plinth.db');
  renameSync(lock, `${lock}.kept`);
  writeFileSync(
    lock,
    'this is no database, and it is longer than the hundred bytes that a header of SQLite takes'.repeat(2),
  );
  const { code, stderr } = await node('start');
  assert.equal(code, 1);
  assert.match(stderr, /^ERROR: The web node did not start\. Correct what its log above says/m);
  assert.ok(stderr.split('\n').length > 2, 'the end of the log is shown');
  assert.equal((await webRow()).status, 'failed');
  renameSync(`${lock}.kept`, lock);
  assert.equal((await node('start')).code, 0);
  assert.equal((await webRow()).status, 'running');
});

test('start refuses a port that another program has taken meanwhile', async () => {
  assert.equal((await node('stop')).code, 0);
  const other = createServer((_, response) => response.end('pong')).listen(Number(new URL(home.webUrl).port));
  await new Promise((done) => other.once('listening', done));
  const { code, stderr } = await node('start');
  await new Promise((done) => other.close(done));
  assert.equal(code, 1);
  assert.match(stderr, /^ERROR: Port \d+ of the web node is used by another program\./m);
});

test('two starts at the same moment make one node', async () => {
  const [first, second] = await Promise.all([node('start'), node('start')]);
  assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
  const { pid } = await webRow();
  assert.equal(pid, record().node.pid);
  assert.equal((await node('stop')).code, 0);
  await assert.rejects(answers);
});
