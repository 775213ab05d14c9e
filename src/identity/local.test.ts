import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalIdentity } from './local.ts';
import { hashPassword } from './passwords.ts';

test('only admin with the present password gets in', async () => {
  let hash = await hashPassword('Abcdef1!');
  const identity = createLocalIdentity(async () => hash);
  const admin = { username: 'admin', displayName: 'admin', groups: [] };
  assert.equal(identity.method, 'local');
  assert.deepEqual(await identity.authenticate('admin', 'Abcdef1!'), admin);
  assert.deepEqual(await identity.authenticate('Admin', 'Abcdef1!'), admin);
  assert.equal(await identity.authenticate('admin', 'Abcdef1?'), null);
  assert.equal(await identity.authenticate('ada', 'Abcdef1!'), null);
  hash = await hashPassword('Ghijkl2!');
  assert.equal(await identity.authenticate('admin', 'Abcdef1!'), null);
  assert.deepEqual(await identity.authenticate('admin', 'Ghijkl2!'), admin);
  hash = '';
  assert.equal(await identity.authenticate('admin', ''), null);
});
