import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, type OwnHome, onTerminal, ownHome, password, passwords, program } from './own-home.ts';

let home: OwnHome;
before(async () => {
  home = await ownHome();
  const words = ['admin', 'node', 'setup', '--webnode', ...passwords, '--uri', 'http://127.0.0.1:9'];
  const { code, stderr } = await home.plinth(words);
  assert.equal(code, 0, stderr);
});
after(() => home[Symbol.asyncDispose]());

const stored = (): Record<string, string> =>
  JSON.parse(readFileSync(join(home.path, 'credentials.json'), 'utf8'));

test('admin-28: az login --mls with the right password tells who, where and how long, and stores tokens for the user only', async () => {
  const { code, stdout, stderr } = await home.run('az', [
    'login',
    '--mls',
    '--mls-endpoint',
    `${home.webUrl}/`,
    '-u',
    'admin',
    '-p',
    password,
  ]);
  assert.equal(code, 0, stderr);
  const { expiresOn, ...rest } = JSON.parse(stdout) as Record<string, string>;
  assert.deepEqual(rest, { endpoint: home.webUrl, user: 'admin', method: 'local', role: 'Owner' });
  const minutes = (Date.parse(expiresOn ?? '') - Date.now()) / 60_000;
  assert.ok(minutes > 55 && minutes < 61, expiresOn);
  assert.equal(statSync(join(home.path, 'credentials.json')).mode & 0o777, 0o600);
  const { accessToken, refreshToken } = stored();
  for (const secret of [password, accessToken, refreshToken])
    assert.ok(!(stdout + stderr).includes(secret as string));
  const headers = { authorization: `Bearer ${accessToken}` };
  assert.equal((await fetch(`${home.webUrl}/services`, { headers })).status, 200);
});

test('admin-30: a wrong password ends with 4', async () => {
  const { code, stdout, stderr } = await home.run(
    'az',
    ['mlserver', 'login', '--username', 'admin', '--password-stdin'],
    'Abc12345?\n',
  );
  assert.equal(code, 4);
  assert.equal(stdout, '');
  assert.match(stderr, /^ERROR: .*refused the sign-in/m);
});

test('logout revokes the tokens, keeps the endpoint for the next login, and can be repeated', async () => {
  const { accessToken } = stored();
  const out = await home.plinth(['logout']);
  assert.equal(out.code, 0);
  assert.deepEqual(stored(), { endpoint: home.webUrl });
  const headers = { authorization: `Bearer ${accessToken}` };
  assert.equal((await fetch(`${home.webUrl}/services`, { headers })).status, 401);
  assert.equal((await home.run('az', ['logout', '--mls'])).code, 0);
});

test('login asks on a terminal for what is missing, and takes the endpoint of the last sign-in', async () => {
  const { code, screen } = await onTerminal([program('plinth'), 'login'], home.environment, [
    ['The user to sign in', 'admin'],
    ['The password of admin', password],
  ]);
  assert.equal(code, 0, screen);
  assert.ok(!screen.includes(password));
  assert.equal(stored().endpoint, home.webUrl);
});

test('without a terminal a missing user or password ends with 2', async () => {
  assert.equal((await home.plinth(['login'])).code, 2);
  assert.equal((await home.plinth(['login', '-u', 'admin'])).code, 2);
});

test('an endpoint that is none ends with 2', async () => {
  for (const endpoint of ['localhost:12800', 'ftp://a', 'http://a/path', '<http://host:port>x'])
    assert.equal(
      (await home.plinth(['login', '--endpoint', endpoint, '-u', 'admin', '--password-stdin'], 'x')).code,
      2,
      endpoint,
    );
});

test('admin-31: an unreachable endpoint is tried three more times, then 1 with both hints', async () => {
  const endpoint = `http://localhost:${await freePort()}`;
  const { code, stderr } = await home.run(
    'az',
    ['login', '--mls', '--mls-endpoint', endpoint, '-u', 'admin', '--password-stdin'],
    password,
  );
  assert.equal(code, 1);
  assert.equal(stderr.match(/trying again/g)?.length, 3);
  assert.match(
    stderr,
    new RegExp(
      `^ERROR: No web node can be reached at ${endpoint}\\..*--mls-endpoint http\\(s\\)://host:port`,
      'm',
    ),
  );
});

test('logout works when the web node cannot be told', async () => {
  assert.equal((await home.plinth(['admin', 'node', 'stop'])).code, 0);
  const { code, stderr } = await home.plinth(['logout']);
  assert.equal(code, 0);
  assert.match(stderr, /^WARNING: .*could not be told/m);
  assert.deepEqual(stored(), { endpoint: home.webUrl });
});
