import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InputValue } from '../../contracts/values.ts';
import {
  doubles,
  execute,
  failed,
  input,
  integers,
  logicals,
  plain,
  scalar,
  startR,
  succeeded,
  texts,
  vector,
} from '../testing/r-service.ts';

const frame: InputValue = {
  shape: 'frame',
  rows: 2,
  names: ['n', 's', 'a b'],
  columns: [doubles(1.5, Number.NaN), texts('x', null), logicals(true, null)],
};

/** What is bound, and what `describe` (below) says about it in R. */
const inputs: [what: string, value: InputValue, described: string][] = [
  ['numeric', scalar(doubles(3)), 'num 3'],
  ['integer', scalar(integers(3)), 'int 3'],
  ['logical', scalar(logicals(true)), 'logi TRUE'],
  ['character', scalar(texts('日本')), 'chr "日本"'],
  ['null', { shape: 'null' }, 'NULL'],
  ['vector with null', vector(integers(1, -2147483648)), 'int [1:2] 1 NA'],
  ['vector of text with null', vector(texts('a', null)), 'chr [1:2] "a" NA'],
  ['big integers', vector({ kind: 'bigint', values: [2n ** 40n, null] }), 'num [1:2] 1.1e+12 NA'],
  ['empty vector', vector(doubles()), 'num(0)'],
  [
    'matrix',
    { shape: 'matrix', vector: doubles(1, 2, 3, 4, 5, 6), rows: 2, columns: 3 },
    'num [1:2, 1:3] 1 2 3 4 5 6',
  ],
  [
    'frame',
    frame,
    '\'data.frame\': 2 obs. of 3 variables: $ n : num 1.5 NaN $ s : chr "x" NA $ a b: logi TRUE NA',
  ],
  [
    'zero rows',
    { shape: 'frame', rows: 0, names: ['a'], columns: [doubles()] },
    "'data.frame': 0 obs. of 1 variable: $ a: num",
  ],
  [
    'zero columns',
    { shape: 'frame', rows: 0, names: [], columns: [] },
    "'data.frame': 0 obs. of 0 variables",
  ],
  [
    'named list',
    { shape: 'list', names: ['a', 'b'], items: [scalar(doubles(1)), { shape: 'null' }] },
    'List of 2 $ a: num 1 $ b: NULL',
  ],
];

test('inputs arrive in R with the type that the rules give them', async (t) => {
  const worker = await startR(t);
  succeeded(
    await execute(
      worker,
      'describe <- function(x) trimws(gsub("[ \\t]+", " ", paste(capture.output(str(x)), collapse = " ")))',
    ),
  );
  for (const [what, value, described] of inputs) {
    const reply = await execute(worker, 'd <- describe(x)', { inputs: [input('x', value)], outputs: ['d'] });
    assert.deepEqual(plain(succeeded(reply).outputs[0]), [described], what);
  }
  const usable = await execute(worker, 'k <- nrow(rbind(x, x)) + ncol(x)', {
    inputs: [input('x', frame)],
    outputs: ['k'],
  });
  assert.deepEqual(plain(succeeded(usable).outputs[0]), [7]);
});

const missing = Number.NaN;
/** R code, and the value that comes out. */
const outputs: [code: string, value: unknown][] = [
  ['c(a = 1, b = NA)', [1, missing]],
  ['c(1L, NA)', [1, -2147483648]],
  ['c(TRUE, NA)', [true, null]],
  ['-0', [-0]],
  ['c(Inf, -Inf)', [Infinity, -Infinity]],
  ['NULL', null],
  ['character()', []],
  ['factor(c("b", NA, "a"), levels = c("b", "a"))', ['b', null, 'a']],
  ['as.Date(c("2024-02-29", NA, "1969-12-31"))', ['2024-02-29', null, '1969-12-31']],
  ['structure(19000L, class = "Date")', ['2022-01-08']],
  ['.Date(c(3671951, Inf))', ['12023-06-18', null]],
  ['as.POSIXct("2024-02-29 12:00:00", tz = "America/New_York")', ['2024-02-29T17:00:00Z']],
  [
    '.POSIXct(c(1.5, 1700000000.123456, 1700000000.12, -0.25, NA))',
    [
      '1970-01-01T00:00:01.500Z',
      '2023-11-14T22:13:20.123456Z',
      '2023-11-14T22:13:20.120Z',
      '1969-12-31T23:59:59.750Z',
      null,
    ],
  ],
  ['as.POSIXlt("2024-02-29 12:00:00", tz = "Asia/Tokyo")', ['2024-02-29T03:00:00Z']],
  ['as.difftime(90, units = "mins")', [90]],
  ['as.raw(c(1, 255))', 'Af8='],
  ['structure(5e-324, class = "integer64")', [1n]],
  ['matrix(1:6, 2)', { rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6] }],
  ['matrix(c("a", NA), 1)', { rows: 1, columns: 2, values: ['a', null] }],
  ['table(c("x", "y", "x"))', [2, 1]],
  [
    'data.frame(a = 1:2, f = factor(c("u", "v")), d = as.Date(c("2024-01-01", NA)))',
    { a: [1, 2], f: ['u', 'v'], d: ['2024-01-01', null] },
  ],
  ['data.frame()', {}],
  ['mtcars[0, 1:2]', { mpg: [], cyl: [] }],
  ['data.frame(i = 1:2, l = I(list(1, c("a", "b"))))', { i: [1, 2], l: [1, ['a', 'b']] }],
  [
    'data.frame(k = 1:2, m = I(matrix(1:4, 2)), o = I(matrix(5:6)))',
    { k: [1, 2], 'm.1': [1, 2], 'm.2': [3, 4], o: [5, 6] },
  ],
  [
    'structure(list(a = 1:3), class = c("tbl_df", "tbl", "data.frame"), row.names = c(NA, -3L))',
    { a: [1, 2, 3] },
  ],
  ['mtcars[1:2, 1, drop = FALSE]', { mpg: [21, 21] }],
  [
    'list(1, "a", 1:2, NULL, list(b = TRUE), as.Date("2024-01-01"))',
    [1, 'a', [1, 2], null, { b: true }, ['2024-01-01']],
  ],
  [
    'list(a = data.frame(x = 1), t = as.POSIXlt("2024-01-01", tz = "UTC"))',
    { a: { x: [1] }, t: ['2024-01-01T00:00:00Z'] },
  ],
  ['1:100000', Array.from({ length: 100_000 }, (_, index) => index + 1)],
];

test('outputs leave R as the rules say', async (t) => {
  const worker = await startR(t);
  for (const [code, value] of outputs) {
    const reply = succeeded(await execute(worker, `x <- ${code}`, { outputs: ['x'] }));
    assert.deepEqual(plain(reply.outputs[0]), value, code);
  }
});

test('NA and NaN stay different on their way out', async (t) => {
  const worker = await startR(t);
  const [value] = succeeded(await execute(worker, 'x <- c(NA, NaN)', { outputs: ['x'] })).outputs;
  assert.ok(value?.shape === 'vector' && value.vector.kind === 'double');
  const words = new Uint32Array(value.vector.values.buffer);
  assert.deepEqual([words[0], words[2]], [1954, 0]);
});

test('what has no JSON form fails the job, naming the output', async (t) => {
  const worker = await startR(t);
  for (const code of [
    'list(a = sum)',
    'data.frame(z = 1i)',
    'lm(mpg ~ wt, mtcars)',
    'array(1:8, c(2, 2, 2))',
  ]) {
    const reply = failed(await execute(worker, `thing <- ${code}`, { outputs: ['thing'] }));
    assert.equal(reply.reason, 'unsupported', code);
    assert.match(reply.message, /^The output "thing" /);
  }
});
