import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlinthError } from './errors.ts';
import type { Role } from './permissions.ts';
import { visibleSnapshot } from './snapshot-access.ts';

const snapshot = { owner: 'Kim' };
const seen = (username: string, role: Role) => visibleSnapshot(snapshot, 'id', { username, role });
const isUnknown = (error: unknown): boolean => error instanceof PlinthError && error.code === 'NotFound';

test('the creator sees a snapshot whatever his role, in any case of his name; Owners see any', () => {
  assert.equal(seen('kim', 'Reader'), snapshot);
  assert.equal(seen('lee', 'Owner'), snapshot);
});

test('for everybody else it does not exist', () => {
  assert.throws(() => seen('lee', 'Contributor'), isUnknown);
  assert.throws(() => visibleSnapshot(null, 'id', { username: 'kim', role: 'Owner' }), isUnknown);
});
