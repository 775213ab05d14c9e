import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { adminPassword, startTestNode, type TestNode } from '../../../test/support/web-node.ts';
import type { AccessTokenResponse } from '../../contracts/rest/login.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
let node: TestNode;

before(async () => {
  node = await startTestNode({ Authentication__Lockout__MaxFailures: '3' });
});
after(() => node.close());

const logIn = async (path = '/login'): Promise<AccessTokenResponse> => {
  const answer = await node.call('POST', path, { json: { username: 'admin', password: adminPassword } });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
};
const use = async (token: string): Promise<number> =>
  (await node.call('GET', '/services', { headers: { authorization: `Bearer ${token}` } })).statusCode;
const renew = (refreshToken: string): Promise<LightMyRequestResponse> =>
  node.call('POST', '/login/refreshToken', { json: { refreshToken } });
const renewed = async (refreshToken: string): Promise<AccessTokenResponse> => {
  const answer = await renew(refreshToken);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
};

test('The five properties come in their order, as compact JSON', async () => {
  const json = { username: 'Admin', password: adminPassword };
  const answer = await node.call('POST', '/login', { json });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.match(
    answer.body,
    /^\{"token_type":"Bearer","access_token":"[^"]+","expires_in":3600,"expires_on":\d+,"refresh_token":"[^"]+"\}$/,
  );
  assert.equal(await use(answer.json<AccessTokenResponse>().access_token), 200);
});

test('POST /user/login is the same', async () => {
  assert.equal(await use((await logIn('/user/login')).access_token), 200);
});

test('A wrong password is 401 and does not say what was wrong', async () => {
  const wrong = await node.call('POST', '/login', { json: { username: 'admin', password: 'no' } });
  const unknown = await node.call('POST', '/login', { json: { username: 'eve', password: adminPassword } });
  assert.deepEqual([wrong.statusCode, unknown.statusCode], [401, 401]);
  assert.equal(wrong.body, unknown.body);
  assert.equal(wrong.headers['www-authenticate'], 'Bearer');
  assert.match(node.log.join(''), /\[Warning\] Failed sign-in of "eve" from 127\.0\.0\.1/);
  assert.doesNotMatch(node.log.join(''), new RegExp(adminPassword));
});

test('A body without password, of another type or not JSON is 400', async () => {
  const fields = async (options: object) => {
    const answer = await node.call('POST', '/login', options);
    assert.equal(answer.statusCode, 400, answer.body);
    return answer.json().fields;
  };
  const headers = { 'content-type': 'application/json' };
  assert.equal(await fields({ json: { username: 'admin' } }), 'password');
  assert.equal(await fields({ json: { username: 'admin', password: null } }), 'password');
  assert.equal(await fields({ json: { username: 5, password: 'x' } }), 'username');
  assert.equal(await fields({ body: '', headers }), 'username,password');
  assert.equal(await fields({ body: '{"username":', headers }), null);
  assert.equal(await fields({ body: '["admin"]', headers }), null);
});

test('Too many failures from one address are refused unseen until the window has passed', async () => {
  const attempt = async (password: string) =>
    (
      await node.call('POST', '/login', {
        json: { username: 'admin', password },
        headers: { 'x-forwarded-for': '10.0.0.9' },
      })
    ).statusCode;
  for (let failures = 0; failures < 3; failures++) assert.equal(await attempt('no'), 401);
  assert.equal(await attempt(adminPassword), 401);
  await logIn();
  node.pass(6 * minute);
  assert.equal(await attempt(adminPassword), 200);
});

test('The scheme is matched without case and with any number of blanks; a bare token is refused', async () => {
  const { access_token } = await logIn();
  const status = async (authorization: string) =>
    (await node.call('GET', '/services', { headers: { authorization } })).statusCode;
  assert.equal(await status(`bearer  ${access_token} `), 200);
  assert.equal(await status(access_token), 401);
  assert.equal(await status(`Basic ${access_token}`), 401);
  assert.equal(await status('Bearer'), 401);
});

test('A token signed with another key or algorithm is 401', async () => {
  const { access_token } = await logIn();
  const [head, payload] = access_token.split('.') as [string, string];
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  const none = `${encode({ ...header, alg: 'none' })}.${payload}.`;
  assert.equal(await use(none), 401);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signature = sign('sha512', Buffer.from(`${head}.${payload}`), privateKey).toString('base64url');
  assert.equal(await use(`${head}.${payload}.${signature}`), 401);
  const symmetric = `${encode({ ...header, alg: 'HS256' })}.${payload}`;
  assert.equal(
    await use(`${symmetric}.${createHmac('sha256', 'x').update(symmetric).digest('base64url')}`),
    401,
  );
});

test('An access token is good for an hour and a minute', async () => {
  const { access_token } = await logIn();
  node.pass(3590_000);
  assert.equal(await use(access_token), 200);
  node.pass(75_000);
  assert.equal(await use(access_token), 401);
});

test('Renewal gives a new pair; the old access token is dead at once, other logins live', async () => {
  const other = await logIn();
  const first = await logIn();
  assert.equal(await use(first.access_token), 200);
  const second = await renewed(first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.deepEqual([await use(first.access_token), await use(second.access_token)], [401, 200]);
  assert.equal(await use(other.access_token), 200);
});

test('The replay of a used refresh token ends the login; a garbled one does not', async () => {
  const first = await logIn();
  const second = await renewed(first.refresh_token);
  const garbled = second.refresh_token.replace(
    /^(.{40})./,
    (_, start) => `${start}${second.refresh_token[40] === 'A' ? 'B' : 'A'}`,
  );
  assert.equal((await renew(garbled)).statusCode, 401);
  const third = await renewed(second.refresh_token);
  assert.equal((await renew(first.refresh_token)).statusCode, 401);
  assert.equal(await use(third.access_token), 401);
  assert.equal((await renew(third.refresh_token)).statusCode, 401);
});

test('Of two renewals at once with the same token one wins', async () => {
  const { refresh_token } = await logIn();
  const answers = await Promise.all([renew(refresh_token), renew(refresh_token)]);
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 401]);
});

test('A refresh token unused for 14 days is dead', async () => {
  const first = await logIn();
  node.pass(14 * day - minute);
  const second = await renewed(first.refresh_token);
  node.pass(14 * day + minute);
  assert.equal((await renew(second.refresh_token)).statusCode, 401);
});

test('Renewals end 90 days after the login', async () => {
  let pair = await logIn();
  for (let week = 1; week <= 12; week++) {
    node.pass(7 * day);
    pair = await renewed(pair.refresh_token);
  }
  node.pass(7 * day);
  assert.equal((await renew(pair.refresh_token)).statusCode, 401);
});

test('Revoking kills both tokens, once, in every form clients use', async () => {
  const forms = [
    (token: string) => `/login/refreshToken?refreshToken=${encodeURIComponent(token)}`,
    (token: string) => `/login/refreshToken?RefreshToken=${token}`,
    (token: string) => `/login/refreshToken/${encodeURIComponent(token)}`,
    (token: string) => `/login/refreshToken/${token}`,
  ];
  const other = await logIn();
  for (const form of forms) {
    const pair = await logIn();
    assert.equal(await use(pair.access_token), 200);
    const answer = await node.call('DELETE', form(pair.refresh_token));
    assert.deepEqual([answer.statusCode, answer.body], [200, '{}'], answer.body);
    assert.equal(await use(pair.access_token), 401);
    assert.equal((await renew(pair.refresh_token)).statusCode, 401);
    assert.equal((await node.call('DELETE', form(pair.refresh_token))).statusCode, 401);
  }
  assert.equal(await use(other.access_token), 200);
  assert.doesNotMatch(node.log.join(''), /refreshToken\/(?!\*\*\*)\S/);
});

test('Revoking without a token is 400; renewing ignores a bad access token', async () => {
  const missing = await node.call('DELETE', '/login/refreshToken');
  assert.deepEqual([missing.statusCode, missing.json().fields], [400, 'refreshToken']);
  const { refresh_token } = await logIn();
  const headers = { authorization: 'Bearer expired' };
  const answer = await node.call('POST', '/login/refreshToken', {
    json: { REFRESHTOKEN: refresh_token },
    headers,
  });
  assert.equal(answer.statusCode, 200);
});

test('A login revoked behind the back of this node is refused within 30 s', async () => {
  const { access_token } = await logIn();
  assert.equal(await use(access_token), 200);
  await node.context.database.logins.revokeAllOf('ADMIN');
  node.pass(30_000);
  assert.equal(await use(access_token), 401);
});

test('GET /login/methods needs no token', async () => {
  const answer = await node.call('GET', '/login/methods');
  assert.deepEqual(answer.json(), { methods: ['local'] });
});
