import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from './render.ts';

const nodes = [
  { name: 'webnode', pid: 12, since: null },
  { name: 'computenode', pid: null, since: '2026-11-25T10:00:00Z' },
];

test('json is indented by two and ends with a line end', () => {
  assert.equal(render('json', { a: [1] }), '{\n  "a": [\n    1\n  ]\n}\n');
});

test('jsonc colours keys, texts and the rest, and nothing inside a text', () => {
  assert.equal(
    render('jsonc', { a: 'true 1', b: -1.5 }),
    '{\n  \u001b[36m"a"\u001b[0m: \u001b[32m"true 1"\u001b[0m,\n  \u001b[36m"b"\u001b[0m: \u001b[33m-1.5\u001b[0m\n}\n',
  );
});

test('table shows a list as columns under a rule', () => {
  assert.equal(
    render('table', nodes),
    [
      'Name         Pid  Since',
      '-----------  ---  --------------------',
      'webnode      12',
      'computenode       2026-11-25T10:00:00Z',
      '',
    ].join('\n'),
  );
});

test('table shows the chosen columns only', () => {
  assert.equal(render('table', nodes, ['pid']), 'Pid\n---\n12\n\n');
});

test('table shows an object as lines, and its lists of objects as tables of their own', () => {
  assert.equal(
    render('table', { configFile: '/x', nextSteps: ['one', 'two'], nodes: [{ type: 'web' }] }),
    [
      'Nodes',
      'Type',
      '----',
      'web',
      '',
      'Name         Value',
      '-----------  -----',
      'Config file  /x',
      'Next steps   one',
      '             two',
      '',
    ].join('\n'),
  );
});

test('tsv has a line per row without titles, and no tab or line end inside a cell', () => {
  assert.equal(
    render('tsv', [{ a: 'x\ty\nz', b: null, c: ['p', 'q'], d: { e: 1 } }]),
    'x y z\t\tp, q\t{"e":1}\n',
  );
  assert.equal(render('tsv', 'plain'), 'plain\n');
  assert.equal(render('tsv', []), '');
});
