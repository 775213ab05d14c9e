import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type NodeRow, type OwnHome, ownHome, password, passwords } from './own-home.ts';

let home: OwnHome;
before(async () => {
  home = await ownHome();
});
after(() => home[Symbol.asyncDispose]());

interface Step {
  step: string;
  result: string;
}
interface Report {
  result: string;
  steps: Step[];
  diagnostics: { result: string; steps: Step[] };
}

async function bootstrap(file: string, ...prefix: string[]): Promise<Report> {
  const { code, stdout, stderr } = await home.run(file, [...prefix, 'bootstrap', ...passwords]);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.ok(!(stdout + stderr).includes(password));
  return JSON.parse(stdout) as Report;
}

async function token(): Promise<string> {
  const response = await fetch(`${home.webUrl}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });
  assert.equal(response.status, 200);
  return ((await response.json()) as { access_token: string }).access_token;
}

const services = async (): Promise<unknown[]> => {
  const headers = { authorization: `Bearer ${await token()}` };
  return (await fetch(`${home.webUrl}/services`, { headers })).json() as Promise<unknown[]>;
};

test('admin-26: az ml admin bootstrap brings up a one-box and proves that code and services run', async () => {
  const report = await bootstrap('az', 'ml', 'admin');
  assert.equal(report.result, 'pass');
  assert.deepEqual(
    report.steps.map(({ step, result }) => `${step} ${result}`),
    ['prerequisites pass', 'set-up pass', 'sign-in pass'],
  );
  const steps = report.diagnostics.steps.map(({ step, result }) => `${step} ${result}`);
  assert.equal(steps[0], 'status pass');
  for (const runtime of ['R', 'Python'])
    for (const what of ['code execution', 'service'])
      assert.ok(steps.includes(`${what} in ${runtime} pass`), `${what} in ${runtime}`);
  assert.deepEqual(await services(), [], 'the throw-away service is gone');
  assert.deepEqual(
    (await home.nodes()).map(({ status }) => status),
    ['running', 'running', 'running'],
  );
});

test('admin-26: a second run restarts the nodes and keeps data and settings', async () => {
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ runtimeType: 'Python', code: 'pass' });
  const published = await fetch(`${home.webUrl}/services/kept/v1`, { method: 'POST', headers, body });
  assert.equal(published.status, 201);
  const before = await home.nodes();
  assert.equal((await bootstrap('plinth', 'admin')).result, 'pass');
  assert.equal((await services()).length, 1);
  const after = await home.nodes();
  assert.ok(after.every((row, index) => row.status === 'running' && row.pid !== before[index]?.pid));
});

test('admin-22, admin-42: node stop and start act on both nodes', async () => {
  const statuses = (text: string): string[] => (JSON.parse(text) as NodeRow[]).map(({ status }) => status);
  const stopped = await home.plinth(['admin', 'node', 'stop', '--computenode', '--webnode']);
  assert.deepEqual(statuses(stopped.stdout), ['stopped', 'stopped', 'stopped']);
  const started = await home.plinth(['admin', 'node', 'start']);
  assert.equal(started.code, 0, started.stderr);
  assert.deepEqual(statuses(started.stdout), ['running', 'running', 'running']);
});

test('a compute node of another home does not disturb this one', async () => {
  await using other = await ownHome();
  const { code, stderr } = await other.plinth(['admin', 'node', 'setup', '--computenode']);
  assert.equal(code, 0, stderr);
  const [row] = await other.nodes();
  assert.equal(row?.status, 'running');
  assert.equal((await fetch(`${other.computeUrl}/ping`)).status, 200);
  assert.equal((await other.plinth(['admin', 'node', 'stop'])).code, 0);
  assert.equal((await home.plinth(['admin', 'node', 'list', '--check'])).code, 0);
});

test('admin-100: the password stands in no log', () => {
  for (const role of ['webnode', 'computenode']) {
    const folder = join(home.path, 'logs', role);
    for (const name of readdirSync(folder))
      assert.ok(!readFileSync(join(folder, name), 'utf8').includes(password), name);
  }
});
