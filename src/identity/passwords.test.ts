import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, verifyPassword } from './passwords.ts';

test('a password is known again by its hash, another one is not', async () => {
  const hash = await hashPassword('Abcdef1!');
  assert.match(hash, /^scrypt\$1\$32768\$8\$3\$/);
  assert.ok(!hash.includes('Abcdef1!'));
  assert.equal(await verifyPassword('Abcdef1!', hash), true);
  assert.equal(await verifyPassword('abcdef1!', hash), false);
  assert.equal(await verifyPassword('', hash), false);
});

test('two hashes of one password differ', async () => {
  assert.notEqual(await hashPassword('Abcdef1!'), await hashPassword('Abcdef1!'));
});

test('hashes made with other parameters stay valid', async () => {
  // Made by Python's hashlib.scrypt(b'Abcdef1!', salt=bytes(range(16)), n=1024, r=8, p=1, dklen=32).
  const hash = 'scrypt$1$1024$8$1$AAECAwQFBgcICQoLDA0ODw==$f0sXKNkvVF0DB09z7iIIzXYHQ66iVt/0o4+nUgl44yk=';
  assert.equal(await verifyPassword('Abcdef1!', hash), true);
  assert.equal(await verifyPassword('Abcdef1?', hash), false);
});

test('nothing matches a hash that is missing or no hash, and that takes as long as a real one', async () => {
  const hash = await hashPassword('Abcdef1!');
  const time = async (stored: string | null): Promise<number> => {
    const start = process.cpuUsage();
    assert.equal(await verifyPassword('wrong', stored), false);
    const used = process.cpuUsage(start);
    return used.user + used.system;
  };
  const real = await time(hash);
  for (const stored of [null, '', 'scrypt$1$', 'plain', `${hash}x`])
    assert.ok((await time(stored)) > real / 3, `${stored} was refused too quickly`);
});
