import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { isSealedFor, loginIdOf, makeRefreshToken } from './refresh-token.ts';

const login = { id: randomUUID(), loginSessionId: randomBytes(64).toString('hex') };

test('A refresh token names its login and is new each time', () => {
  const token = makeRefreshToken(login);
  assert.equal(loginIdOf(token), login.id);
  assert.ok(isSealedFor(token, login.loginSessionId));
  assert.notEqual(makeRefreshToken(login), token);
});

test('A garbled token is not taken for one that was made here', () => {
  const token = makeRefreshToken(login);
  const bytes = Buffer.from(token, 'base64');
  for (const place of [20, 47, 63]) {
    const garbled = Buffer.from(bytes);
    garbled[place]! ^= 1;
    assert.equal(isSealedFor(garbled.toString('base64'), login.loginSessionId), false);
  }
  assert.equal(isSealedFor(token, 'another'), false);
});

test('Text of another form belongs to no login', () => {
  const token = makeRefreshToken(login);
  for (const text of ['', 'abc', token.slice(0, -4), `${token}AAAA`, ` ${token}`, token.replace('=', '')])
    assert.equal(loginIdOf(text), null);
});
