import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownHome, password, passwords } from './own-home.ts';

const uri = ['--uri', 'http://127.0.0.1:9'];

interface Report {
  nodes: { type: string; endpoint: string; status: string; configFile: string; logPath: string }[];
  computeNodeUris: string[];
  database: string;
  nextSteps: string[];
}

for (const [file, ...prefix] of [
  ['az', 'ml', 'admin'],
  ['az', 'mlserver', 'admin'],
  ['plinth', 'admin'],
] as const)
  test(`admin-3, admin-4: ${[file, ...prefix].join(' ')} node setup --webnode starts a web node`, async () => {
    await using home = await ownHome();
    const { code, stdout, stderr } = await home.run(file, [
      ...prefix,
      'node',
      'setup',
      '--webnode',
      ...passwords,
      ...uri,
    ]);
    assert.equal(code, 0, stderr);
    assert.equal((await fetch(`${home.webUrl}/ping`)).status, 200);
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual(
      report.nodes.map(({ type, endpoint, status }) => ({ type, endpoint, status })),
      [{ type: 'web', endpoint: home.webUrl, status: 'running' }],
    );
    assert.equal(report.nodes[0]?.configFile, join(home.path, 'webnode', 'appsettings.json'));
    assert.deepEqual(report.computeNodeUris, ['http://127.0.0.1:9']);
    assert.equal(report.database, 'sqlite');
    assert.match(report.nextSteps[0] ?? '', /^configure TLS before opening/);
    assert.match(report.nextSteps[1] ?? '', /^open TCP/);
    // The warning of CLI-26 is there, the password is not.
    assert.match(stderr, /WARNING: A password on the command line/);
    assert.ok(!(stdout + stderr).includes(password));
  });

test('admin-5: the command with the invisible characters of the web page works with the clean password', async () => {
  await using home = await ownHome();
  const words = ['ml', 'admin', 'node', 'setup', '--webnode', '--admin-password', `${password}\u00c2\u00a0`];
  const { code, stderr } = await home.run('az', [...words, '--confirm-password', password, ...uri]);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^WARNING: Removed invisible characters from the end of the value of --admin-password\.$/m,
  );
  const login = ['login', '--mls', '--mls-endpoint', home.webUrl, '-u', 'admin', '--password-stdin'];
  assert.equal((await home.run('az', login, `${password}\n`)).code, 0);
});

test('admin-6, admin-11, admin-19: blanks after commas, host names with digits, long dashes', async () => {
  await using home = await ownHome();
  const words = [
    'admin',
    'node',
    'setup',
    '--webnode',
    '--no-start',
    '—admin-password',
    password,
    '—-confirm-password',
    password,
  ];
  const uris = ['http://1.1.1.1:12805,', 'http://1.0.1-3.1-2:12805,', 'http://node-1-3.example.com:12805'];
  const { code, stdout, stderr } = await home.plinth([...words, '--uri', ...uris]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    (JSON.parse(stdout) as Report).computeNodeUris,
    uris.map((text) => text.replace(',', '')),
  );
  assert.match(stderr, /WARNING: Read —admin-password as --admin-password\./);
  const [row] = await home.nodes().then((rows) => rows.filter(({ name }) => name === 'webnode'));
  assert.equal(row?.status, 'stopped');

  // TOP-16: repeating merges without duplicates, and needs no --uri once some are known.
  const again = await home.plinth(
    ['admin', 'node', 'setup', '--webnode', '--no-start', '--admin-password-stdin'],
    password,
  );
  assert.deepEqual((JSON.parse(again.stdout) as Report).computeNodeUris.length, 3);
});

test('set-up keeps what the administrator wrote, in its order, and a repetition with the same password changes nothing', async () => {
  await using home = await ownHome();
  mkdirSync(join(home.path, 'webnode'));
  const file = join(home.path, 'webnode', 'appsettings.json');
  writeFileSync(
    file,
    '{\n  // mine\n  "Custom": 1,\n  "Logging": { "LogLevel": { "Default": "Information" } }\n}\n',
    { mode: 0o600 },
  );
  const words = ['admin', 'node', 'setup', '--webnode', '--no-start', '--admin-password-stdin', ...uri];
  assert.equal((await home.plinth(words, `${password}\n`)).code, 0);
  const text = readFileSync(file, 'utf8');
  assert.match(
    text,
    /^\{\n {2}\/\/ mine\n {2}"Custom": 1,\n {2}"Logging": \{ "LogLevel": \{ "Default": "Information" \} \}/,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!text.includes(password));
  assert.equal((await home.plinth(words, `${password}\n`)).code, 0);
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.equal(readdirSync(join(home.path, 'webnode')).length, 2);
});

test('the password may come from the environment; the node does not inherit it', async () => {
  await using home = await ownHome();
  Object.assign(home.environment, { PLINTH_ADMIN_PASSWORD: password });
  const { code, stderr } = await home.plinth(['admin', 'node', 'setup', '--webnode', ...uri]);
  assert.equal(code, 0, stderr);
  assert.ok(!stderr.includes('WARNING'));
  const pid = (await home.nodes()).find(({ name }) => name === 'webnode')?.pid;
  assert.ok(!readFileSync(`/proc/${pid}/environ`, 'utf8').includes('PLINTH_ADMIN_PASSWORD'));
});

test('a web node that cannot start ends with 1 and the end of its log; the settings stay for correction', async () => {
  await using home = await ownHome({
    PLINTH_WEBNODE__ConnectionStrings__defaultDb__Connection: '/dev/null/plinth.db',
  });
  const { code, stderr } = await home.plinth([
    'admin',
    'node',
    'setup',
    '--webnode',
    '--no-start',
    ...passwords,
    ...uri,
  ]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^ERROR: .*database/m);
  assert.ok(existsSync(join(home.path, 'webnode', 'appsettings.json')));
});

test('a port that another program uses is refused before anything is changed', async () => {
  await using home = await ownHome();
  const other = createServer((_, response) => response.end('pong')).listen(Number(new URL(home.webUrl).port));
  await new Promise((done) => other.once('listening', done));
  const { code, stderr } = await home.plinth(['admin', 'node', 'setup', '--webnode', ...passwords, ...uri]);
  other.close();
  assert.equal(code, 1);
  assert.match(stderr, /^ERROR: Port \d+ of the web node is used by another program\./m);
  assert.deepEqual(readdirSync(home.path), []);
});

test('admin-21: a web node on a compute machine is refused; --force makes it a warning', async () => {
  await using home = await ownHome();
  assert.equal((await home.plinth(['admin', 'node', 'setup', '--computenode', '--no-start'])).code, 0);
  const words = ['admin', 'node', 'setup', '--webnode', '--no-start', ...passwords];
  const refused = await home.plinth(words);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^ERROR: This machine is a compute node already.*--onebox/m);
  assert.ok(!existsSync(join(home.path, 'webnode')));
  const forced = await home.plinth([...words, '--force']);
  assert.equal(forced.code, 0, forced.stderr);
  assert.match(forced.stderr, /^WARNING: .*--force/m);
  assert.deepEqual((JSON.parse(forced.stdout) as Report).computeNodeUris, [home.computeUrl]);
  const bootstrap = await home.plinth([
    'admin',
    'node',
    'setup',
    '--computenode',
    '--no-start',
    '--admin-password',
    'x',
  ]);
  assert.equal(bootstrap.code, 1);
});

test('a compute node ignores a password and URIs with a warning', async () => {
  await using home = await ownHome();
  const { code, stderr } = await home.plinth([
    'admin',
    'node',
    'setup',
    '--computenode',
    '--no-start',
    ...passwords,
    ...uri,
  ]);
  assert.equal(code, 0);
  assert.match(stderr, /WARNING: A compute node has no password/);
  assert.match(stderr, /WARNING: .*--uri is ignored/);
});

test('bootstrap refuses a machine with one role of an enterprise', async () => {
  await using home = await ownHome();
  await home.plinth(['admin', 'node', 'setup', '--computenode', '--no-start']);
  const { code, stderr } = await home.plinth(['admin', 'bootstrap', ...passwords]);
  assert.equal(code, 1);
  assert.match(stderr, /^ERROR: This machine is a compute node of an enterprise configuration\./m);
});
