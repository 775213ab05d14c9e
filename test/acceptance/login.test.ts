import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { assertError, assertStatus, type HttpClient, httpClient } from '../support/http-client.ts';
import { adminPassword } from '../support/one-box.ts';
import { anonymous } from '../support/platform.ts';
import { until } from '../support/until.ts';

interface Tokens {
  token_type: string;
  access_token: string;
  expires_in: number;
  expires_on: number;
  refresh_token: string;
}

const credentials = { username: 'admin', password: adminPassword };

async function logIn(client: HttpClient): Promise<Tokens> {
  return assertStatus(await client.post('/login', credentials), 200).json<Tokens>();
}

const withToken = (client: HttpClient, { access_token }: Tokens): HttpClient =>
  httpClient(client.url, access_token);

test('rest-1: the admin password gives the five properties, in order, compact', async () => {
  const client = await anonymous();
  const before = Math.floor(Date.now() / 1000);
  const answer = assertStatus(await client.post('/login', credentials), 200);
  const tokens = answer.json<Tokens>();
  assert.deepEqual(Object.keys(tokens), [
    'token_type',
    'access_token',
    'expires_in',
    'expires_on',
    'refresh_token',
  ]);
  assert.equal(tokens.token_type, 'Bearer');
  assert.equal(tokens.expires_in, 3600);
  assert.equal(typeof tokens.expires_on, 'number');
  assert.ok(tokens.expires_on >= before + 3600 && tokens.expires_on <= before + 3700);
  assert.equal(answer.text, JSON.stringify(tokens));
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  // The expression a load-test plan of old clients extracts the token with.
  assert.match(answer.text, /access_token":"(.+?)",/);
});

test('rest-1: POST /user/login is the same', async () => {
  const client = await anonymous();
  assertStatus(await client.post('/user/login', credentials), 200);
});

test('rest-2: a wrong password or an unknown user is 401, and the answer does not say which', async () => {
  const client = await anonymous();
  const password = assertError(await client.post('/login', { ...credentials, password: 'wrong-Pw1!' }), 401);
  const user = assertError(await client.post('/login', { ...credentials, username: 'nobody' }), 401);
  assert.equal(password.message, user.message);
  assert.equal(password.exceptionType, 'UnauthorizedException');
});

test('rest-3: a login without password, or that is not JSON, is 400', async () => {
  const client = await anonymous();
  const json = { 'Content-Type': 'application/json' };
  assert.match(assertError(await client.post('/login', { username: 'admin' }), 400).fields ?? '', /password/);
  assertError(await client.post('/login', { username: 'admin', password: 5 }), 400);
  assertError(await client.request('POST', '/login', { body: 'username=admin', headers: json }), 400);
  assertError(await client.request('POST', '/login', { headers: json }), 400);
});

test('rest-4: no Authorization header is 401 with an error body and WWW-Authenticate', async () => {
  const client = await anonymous();
  const answer = await client.get('/services');
  assertError(answer, 401);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
  assertError(await client.get('/no/such/path'), 401);
});

test('rest-5: the scheme in lower case and two blanks are fine; a bare token is not', async () => {
  const client = await anonymous();
  const { access_token } = await logIn(client);
  const status = (Authorization: string) => client.request('GET', '/status', { headers: { Authorization } });
  assertStatus(await status(`bearer  ${access_token}`), 200);
  assertError(await status(access_token), 401);
});

test('rest-6: a token signed with another key, by a shared secret, or not at all is 401', async () => {
  const client = await anonymous();
  const { access_token } = await logIn(client);
  const [header = '', payload = '', signature = ''] = access_token.split('.');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const alg = (name: string): string =>
    encode({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), alg: name });
  const other = sign('RSA-SHA512', Buffer.from(`${header}.${payload}`), privateKey).toString('base64url');
  const hmac = createHmac('sha512', 'secret')
    .update(`${alg('HS512')}.${payload}`)
    .digest('base64url');
  const forged = {
    'another key': `${header}.${payload}.${other}`,
    'a shared secret': `${alg('HS512')}.${payload}.${hmac}`,
    none: `${alg('none')}.${payload}.`,
    'a changed payload': `${header}.${encode({ sub: 'admin' })}.${signature}`,
    garbage: 'abc',
  };
  for (const [kind, token] of Object.entries(forged)) {
    const answer = await httpClient(client.url, token).get('/services');
    assert.equal(answer.status, 401, kind);
  }
  assertStatus(await httpClient(client.url, access_token).get('/services'), 200);
});

test('rest-8: renewing gives a new pair, and the old access token is dead within 30 s', async () => {
  const client = await anonymous();
  const first = await logIn(client);
  assertStatus(await withToken(client, first).get('/services'), 200);
  const answer = await client.post('/login/refreshToken', { refreshToken: first.refresh_token });
  const second = assertStatus(answer, 200).json<Tokens>();
  assert.notEqual(second.access_token, first.access_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assertStatus(await withToken(client, second).get('/services'), 200);
  await until('The old access token is refused', async () => {
    return (await withToken(client, first).get('/services')).status === 401;
  });
});

test('rest-9: a refresh token is good once; using it again ends the login', async () => {
  const client = await anonymous();
  const first = await logIn(client);
  const renew = (refreshToken: string) => client.post('/login/refreshToken', { refreshToken });
  const second = assertStatus(await renew(first.refresh_token), 200).json<Tokens>();
  assertError(await renew(first.refresh_token), 401);
  assertError(await renew(second.refresh_token), 401);
  assertError(await renew('abc'), 401);
  assertError(await client.post('/login/refreshToken', {}), 400);
});

test('rest-12: revoking ends both tokens of that login and no other', async () => {
  const client = await anonymous();
  const [revoked, other] = [await logIn(client), await logIn(client)];
  const path = `/login/refreshToken?refreshToken=${encodeURIComponent(revoked.refresh_token)}`;
  const answer = assertStatus(await client.delete(path), 200);
  assert.equal(answer.text, '{}');
  assertError(await client.post('/login/refreshToken', { refreshToken: revoked.refresh_token }), 401);
  await until('The access token is refused', async () => {
    return (await withToken(client, revoked).get('/services')).status === 401;
  });
  assertError(await client.delete(path), 401);
  assertStatus(await withToken(client, other).get('/services'), 200);
  assertError(await client.delete('/login/refreshToken'), 400);
});

test('rest-13: revoking by the path form works for a token with encoded slashes', async () => {
  const client = await anonymous();
  // Tokens are random; one in a few has a character that has to be encoded.
  let tokens = await logIn(client);
  for (let tries = 0; tries < 20 && !/[/+]/.test(tokens.refresh_token); tries++) tokens = await logIn(client);
  const path = `/login/refreshToken/${encodeURIComponent(tokens.refresh_token)}`;
  assert.equal(assertStatus(await client.delete(path), 200).text, '{}');
  assertError(await client.delete(path), 401);
  assertError(await client.post('/login/refreshToken', { refreshToken: tokens.refresh_token }), 401);
});
