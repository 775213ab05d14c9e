import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandComputeUris, parseComputeUri } from './compute-uris.ts';
import { PlinthError } from './errors.ts';

const expansions: [entry: string, uris: string[] | number][] = [
  ['http://1.1.1.1:12805', ['http://1.1.1.1:12805']],
  [
    'http://1.0.1-3.1-2:12805',
    ['1.0.1.1', '1.0.1.2', '1.0.2.1', '1.0.2.2', '1.0.3.1', '1.0.3.2'].map((host) => `http://${host}:12805`),
  ],
  ['http://1.0.1.1-3:12805', 3],
  ['http://10.0.1.0-255:12805', 256],
  ['http://1.1.1.1:10-12', ['http://1.1.1.1:10', 'http://1.1.1.1:11', 'http://1.1.1.1:12']],
  [
    'http://1-2.1.1.1:10-11',
    ['http://1.1.1.1:10', 'http://1.1.1.1:11', 'http://2.1.1.1:10', 'http://2.1.1.1:11'],
  ],
  ['http://1.1.1.1', ['http://1.1.1.1']],
  [' HTTPS://Node-1-3.Example.com:12805/ ', ['https://node-1-3.example.com:12805']],
  ['http://[::1]:12805', ['http://[::1]:12805']],
  ['http://[2001:DB8::10.0.0.1]', ['http://[2001:db8::10.0.0.1]']],
  ['http://localhost:12805/', ['http://localhost:12805']],
];

for (const [entry, uris] of expansions)
  test(`${entry} expands`, () => {
    const expanded = parseComputeUri(entry).expand();
    if (typeof uris === 'number') assert.equal(expanded.length, uris);
    else assert.deepEqual(expanded, uris);
    assert.equal(parseComputeUri(entry).size, expanded.length);
  });

const refused = [
  '1.1.1.1:12805',
  'ftp://1.1.1.1',
  'http://',
  'http://:80',
  'http://1.1.1.3-1',
  'http://1.1.1.256',
  'http://1.1.1.1:0',
  'http://1.1.1.1:65536',
  'http://1.1.1.1:',
  'http://1.1.1.1-',
  'http://1.1.1.-3',
  'http://1.1.1.1-2-3',
  'http://1.1.1.1,2',
  'http://1.1.1',
  'http://1.1.1-2',
  'http://1.1.1.1.1-2',
  'http://01.1.1.1',
  'http://host/path',
  'http://host?query',
  'http://host#part',
  'http://user@host',
  'http://user:word@host:80',
  'http://[::1-3]:80',
  'http://[1:2:3]',
  'http://[::1',
  'http://-host',
  'http://ho st',
  'http://0-255.0-255.0-255.0-255',
  'http://1.0.0-15.0-255:1-2',
  '',
];

for (const entry of refused)
  test(`"${entry}" is refused and named`, () => {
    assert.throws(
      () => parseComputeUri(entry),
      (error: unknown) =>
        error instanceof PlinthError && error.status === 400 && error.message.includes(`"${entry}"`),
    );
  });

test('the canonical form keeps the range and the port as typed', () => {
  const { canonical, declared } = parseComputeUri(' HTTP://1.0.1-3.1:12805/ ');
  assert.deepEqual({ canonical, declared }, { canonical: 'http://1.0.1-3.1:12805', declared: 'range' });
  assert.equal(parseComputeUri('http://1.0.1-1.1').declared, 'uri');
});

test('overlapping entries are used once, and an outright URI stays one', () => {
  assert.deepEqual(expandComputeUris(['http://1.1.1.1-2', 'http://1.1.1.2/', 'http://1.1.1.2-3']), [
    { uri: 'http://1.1.1.1', declared: 'range' },
    { uri: 'http://1.1.1.2', declared: 'uri' },
    { uri: 'http://1.1.1.3', declared: 'range' },
  ]);
});

test('together the entries may stand for 4096 URIs and no more', () => {
  assert.equal(expandComputeUris(['http://10.0.0-15.0-255']).length, 4096);
  assert.throws(() => expandComputeUris(['http://10.0.0-15.0-255', 'http://1.1.1.1']), /more than 4096/);
});
