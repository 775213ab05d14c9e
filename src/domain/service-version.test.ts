import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkServiceSegment, versionPath } from './service-version.ts';

test('Meaningful names and versions are accepted as they are', () => {
  for (const segment of [
    '2.0',
    'v1.0.0-alpha',
    'add-service',
    'a b',
    'Größe',
    '...',
    '模型',
    'x'.repeat(256),
  ])
    checkServiceSegment(segment, 'version');
});

test('What would not survive a path is refused, naming the field', () => {
  const refused = [
    '',
    ' ',
    '.',
    '..',
    'a/b',
    'a\\b',
    'a?b',
    'a#b',
    'a%b',
    'a\nb',
    'a\u0000',
    '\ud800',
    'x'.repeat(257),
  ];
  for (const segment of refused)
    assert.throws(
      () => checkServiceSegment(segment, 'name'),
      { code: 'InvalidRequest', fields: 'name' },
      JSON.stringify(segment),
    );
});

test('Paths are percent-encoded per segment', () => {
  assert.equal(versionPath('/api', 'a b', 'v&1'), '/api/a%20b/v%261');
});
