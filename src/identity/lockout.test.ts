import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLockout } from './lockout.ts';

const minute = 60_000;

test('after as many failures as allowed none is admitted until the window has passed', () => {
  const lockout = createLockout({ MaxFailures: 3, Window: 5 * minute });
  for (let attempt = 0; attempt < 3; attempt += 1)
    assert.equal(lockout.admits('admin', '::1', attempt), true);
  assert.equal(lockout.admits('ADMIN', '::1', 3), false);
  assert.equal(lockout.admits('admin', '::1', 5 * minute - 1), false);
  assert.equal(lockout.admits('admin', '::1', 5 * minute), true);
});

test('another user and another address have counts of their own', () => {
  const lockout = createLockout({ MaxFailures: 1, Window: minute });
  assert.equal(lockout.admits('admin', '::1', 0), true);
  assert.equal(lockout.admits('admin', '::1', 0), false);
  assert.equal(lockout.admits('ada', '::1', 0), true);
  assert.equal(lockout.admits('admin', '::2', 0), true);
});

test('a success forgets the failures before it', () => {
  const lockout = createLockout({ MaxFailures: 2, Window: minute });
  for (let round = 0; round < 5; round += 1) {
    assert.equal(lockout.admits('admin', '::1', round), true);
    lockout.succeeded('Admin', '::1');
  }
});

test('0 switches it off', () => {
  const lockout = createLockout({ MaxFailures: 0, Window: minute });
  for (let attempt = 0; attempt < 100; attempt += 1) assert.equal(lockout.admits('admin', '::1', 0), true);
});

test('a flood of names is bounded and forgets the oldest first', () => {
  const lockout = createLockout({ MaxFailures: 1, Window: minute });
  assert.equal(lockout.admits('first', '::1', 0), true);
  for (let user = 0; user < 9_999; user += 1) lockout.admits(`user${user}`, '::1', 0);
  assert.equal(lockout.admits('first', '::1', 0), false);
  lockout.admits('one more', '::1', 0);
  assert.equal(lockout.admits('first', '::1', 0), true);
  assert.equal(lockout.admits('user9998', '::1', 0), false);
});
