import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { WireType } from '../../contracts/data-types.ts';
import type { TestWorker } from '../testing/spawn-worker.ts';
import {
  done,
  evaluate,
  executeRequest,
  failed,
  loadService,
  outputsOf,
  startPython,
} from './worker-under-test.ts';

describe('values of Python, with numpy and pandas', () => {
  let worker: TestWorker;
  before(async () => {
    worker = await startPython('numpy', 'pandas');
    done(await worker.send(executeRequest('import datetime as dt, decimal, numpy as np, pandas as pd')));
  });
  after(() => worker.stop());

  const written: [expression: string, json: string][] = [
    ['None', 'null'],
    ['True', 'true'],
    ['-5', '-5'],
    ['2**31', '2147483648'],
    ['2**53 + 1', '9007199254740993'],
    ['-12345678901234567890123', '-12345678901234567890123'],
    ['1/3', '0.3333333333333333'],
    ['-0.0', '-0'],
    ['float("nan")', 'null'],
    ['[float("inf"), -float("inf")]', '["Inf","-Inf"]'],
    ['-float("inf")', '"-Inf"'],
    ['"é\\n\\U0001F600"', '"é\\n😀"'],
    ['"\\ud800"', '"\ufffd"'],
    ['b"\\x00\\xff>"', '"AP8+"'],
    ['[1, 2]', '[1,2]'],
    ['[1, None]', '[1,null]'],
    ['(1.5, None, 2)', '[1.5,null,2]'],
    ['[2**53 + 1, 0.5]', '[9007199254740993,0.5]'],
    ['[2**53 + 1, 1]', '[9007199254740993,1]'],
    ['[2**70, None]', '[1180591620717411303424,null]'],
    ['[True, None]', '[true,null]'],
    ['["a", None]', '["a",null]'],
    ['[1, "a", [True]]', '[1,"a",[true]]'],
    ['[None]', '[null]'],
    ['[]', '[]'],
    ['range(3)', '[0,1,2]'],
    ['{3, 1, 2}', '[1,2,3]'],
    ['{"a": 1, 2: [1.5], "n": {"b": None}}', '{"a":1,"2":[1.5],"n":{"b":null}}'],
    ['{}', '{}'],
    ['{"k": 1}.keys()', '["k"]'],
    ['dt.date(2020, 2, 29)', '"2020-02-29"'],
    ['dt.datetime(2020, 2, 29, 12, 30)', '"2020-02-29T12:30:00"'],
    ['dt.datetime(2020, 2, 29, 12, 30, 0, 500000)', '"2020-02-29T12:30:00.500"'],
    [
      'dt.datetime(2020, 2, 29, 1, 0, 0, 123456, dt.timezone(dt.timedelta(hours=2)))',
      '"2020-02-28T23:00:00.123456Z"',
    ],
    ['pd.Timestamp("2020-01-01 10:00", tz="Europe/Berlin")', '"2020-01-01T09:00:00Z"'],
    ['dt.timedelta(minutes=1, milliseconds=500)', '60.5'],
    ['pd.NaT', 'null'],
    ['pd.NA', 'null'],
    ['decimal.Decimal("1.5")', '1.5'],
    ['np.float64(0.1)', '0.1'],
    ['np.int64(2**60)', '1152921504606846976'],
    ['np.bool_(True)', 'true'],
    ['np.str_("a")', '"a"'],
    ['np.datetime64("2020-01-01")', '"2020-01-01"'],
    ['np.array(1.5)', '1.5'],
    ['np.array([1, 2])', '[1,2]'],
    ['np.array([2**40, 1])', '[1099511627776,1]'],
    ['np.array([2**60, 1])', '[1152921504606846976,1]'],
    ['np.array([2**64 - 1], dtype="uint64")', '[18446744073709551615]'],
    ['np.array([], dtype="int64")', '[]'],
    ['np.array([0.5, np.nan, np.inf])', '[0.5,null,"Inf"]'],
    ['np.array([0.5], dtype="float32")', '[0.5]'],
    ['np.array([True, False])', '[true,false]'],
    ['np.array(["a", "b"])', '["a","b"]'],
    ['np.array(["a", None, 1], dtype=object)', '["a",null,1]'],
    ['np.array([b"a"])', '["YQ=="]'],
    ['np.array(["2020-01-01", "NaT"], dtype="M8[D]")', '["2020-01-01",null]'],
    ['np.array(["2020-01-01T00:00:00.5"], dtype="M8[ms]")', '["2020-01-01T00:00:00.500"]'],
    ['np.array([1500], dtype="m8[ms]")', '[1.5]'],
    ['np.array([[1, 2], [3, 4]])', '[[1,2],[3,4]]'],
    ['np.matrix([[1.5, 2.5]])', '[[1.5,2.5]]'],
    ['np.array([["a", None]], dtype=object)', '[["a",null]]'],
    ['np.zeros((1, 2, 1))', '[[[0],[0]]]'],
    ['np.asfortranarray([[1, 2, 3], [4, 5, 6]])', '[[1,2,3],[4,5,6]]'],
    ['np.arange(6)[::2]', '[0,2,4]'],
    ['pd.Series([1, 2], index=["a", "b"])', '[1,2]'],
    ['pd.Series(["a", np.nan])', '["a",null]'],
    ['pd.Series([1, None], dtype="Int64")', '[1,null]'],
    ['pd.Series([True, None], dtype="boolean")', '[true,null]'],
    ['pd.Series(["x", None], dtype="string")', '["x",null]'],
    ['pd.Categorical(["u", "v", None])', '["u","v",null]'],
    ['pd.Series(pd.to_datetime(["2020-01-01 00:00", None]))', '["2020-01-01T00:00:00",null]'],
    [
      'pd.Series(pd.to_datetime(["2020-01-01 10:00"]).tz_localize("Europe/Berlin"))',
      '["2020-01-01T09:00:00Z"]',
    ],
    ['pd.Series([dt.date(2020, 1, 1), None])', '["2020-01-01",null]'],
    ['pd.Series(pd.to_timedelta(["1s", None]))', '[1,null]'],
    ['pd.period_range("2020-01", periods=2, freq="M")', '["2020-01","2020-02"]'],
    ['pd.DataFrame({"b": [1, 2], "a": ["x", None]}, index=[7, 8])', '{"b":[1,2],"a":["x",null]}'],
    ['pd.DataFrame({"a": [0.5]})', '{"a":[0.5]}'],
    ['pd.DataFrame({"a": []})', '{"a":[]}'],
    ['pd.DataFrame()', '{}'],
    ['pd.DataFrame([[1, 2]], columns=["a", "a"])', '{"a":[1],"a":[2]}'],
    ['pd.DataFrame({"l": [[1, 2], None], "d": [{"k": 1}, "t"]})', '{"l":[[1,2],null],"d":[{"k":1},"t"]}'],
    ['pd.DataFrame({0: [1]})', '{"0":[1]}'],
    ['[np.float64(1.5), np.int32(2)]', '[1.5,2]'],
    ['[pd.DataFrame({"a": [1]}), np.array([1.5])]', '[{"a":[1]},[1.5]]'],
  ];
  for (const [expression, json] of written)
    test(`${expression} is written ${json}`, async () => {
      assert.equal(await evaluate(worker, `x = ${expression}`), json);
    });

  const unwritable: [expression: string, message: RegExp][] = [
    [
      'object()',
      /^Output "x" is of type object, which has no JSON form\. Fetch it as a file: .*workspace\/x\.$/,
    ],
    ['1j', /is of type complex/],
    ['np.array([1j])', /complex numbers/],
    ['lambda: 1', /is of type function/],
    ['[1, object()]', /is of type object/],
    ['pd.DataFrame({"a": [object()]})', /is of type object/],
    ['(i for i in [1])', /is of type generator/],
  ];
  for (const [expression, message] of unwritable)
    test(`${expression} has no JSON form`, async () => {
      const reply = failed(await worker.send(executeRequest(`x = ${expression}`, {}, ['x'])));
      assert.equal(reply.reason, 'unsupported');
      assert.match(reply.message, message);
    });

  test('a value within itself is refused, not followed', async () => {
    const reply = failed(await worker.send(executeRequest('x = []; x.append(x)', {}, ['x'])));
    assert.match(reply.message, /nested more than 100 levels/);
  });

  const plain: unknown[] = [
    null,
    true,
    5,
    2.5,
    -0,
    1e300,
    'é\u0000',
    [],
    {},
    [1, 'a', null],
    { a: { b: [[1]] } },
  ];
  for (const value of plain)
    test(`session input ${JSON.stringify(value)} comes back`, async () => {
      const json = Object.is(value, -0) ? '-0' : JSON.stringify(value).replace('1e+300', '1e+300');
      assert.equal(await evaluate(worker, 'x = v', { v: value }), json);
    });

  test('session inputs are what JSON says: no arrays, no frames', async () => {
    const types = 'x = [type(v).__name__ for v in (a, b, c, d, e)]';
    assert.equal(
      await evaluate(worker, types, { a: 1, b: 1.5, c: [1], d: { k: [1] }, e: 2 ** 53 }),
      '["int","float","list","dict","int"]',
    );
    assert.equal(await evaluate(worker, 'x = v + 1', { v: 9007199254740993n }), '9007199254740994');
  });
});

const describeInput = `
import numpy, pandas
def describe(v):
    if isinstance(v, pandas.DataFrame):
        return [[name, str(v[name].dtype), v[name].tolist()] for name in v.columns] + [len(v)]
    if isinstance(v, numpy.ndarray):
        return [type(v).__name__, str(v.dtype), v.tolist()]
    return [type(v).__name__, v]
`;

const bound: [type: WireType, json: string, description: string][] = [
  ['numeric', '120', '["float",120]'],
  ['numeric', '-0', '["float",-0]'],
  ['numeric', 'null', '["NoneType",null]'],
  ['numeric', '[1,2.5]', '["ndarray","float64",[1,2.5]]'],
  ['integer', '3.0', '["int",3]'],
  ['integer', '9007199254740993', '["int",9007199254740993]'],
  ['integer', '[1,null]', '["ndarray","float64",[1,null]]'],
  ['integer', '[9007199254740993,1]', '["ndarray","int64",[9007199254740993,1]]'],
  ['integer', '[100000000000000000001,1]', '["ndarray","object",[100000000000000000001,1]]'],
  ['logical', 'true', '["bool",true]'],
  ['logical', '[true,false]', '["ndarray","bool",[true,false]]'],
  ['logical', '[true,null]', '["ndarray","object",[true,null]]'],
  ['character', '"é\\u0000\\ud83d\\ude00"', '["str","é\\u0000😀"]'],
  ['character', '["a",null]', '["ndarray","object",["a",null]]'],
  ['vector', '[1,2]', '["ndarray","int64",[1,2]]'],
  ['vector', '[]', '["ndarray","float64",[]]'],
  ['vector', '[4294967296]', '["ndarray","int64",[4294967296]]'],
  ['vector', '[9007199254740993,null]', '["ndarray","object",[9007199254740993,null]]'],
  ['vector', '"a"', '["ndarray","object",["a"]]'],
  ['matrix', '[[1,2,3],[4,5,6]]', '["matrix","int64",[[1,2,3],[4,5,6]]]'],
  ['matrix', '[]', '["matrix","float64",[]]'],
  [
    'data.frame',
    '{"1":[1,2],"0":["a",null],"f":0.5}',
    '[["1","int64",[1,2]],["0","object",["a",null]],["f","float64",[0.5,0.5]],2]',
  ],
  [
    'data.frame',
    '{"big":[9007199254740993],"l":[true]}',
    '[["big","int64",[9007199254740993]],["l","bool",[true]],1]',
  ],
  ['data.frame', '{"a":[]}', '[["a","float64",[]],0]'],
  ['data.frame', '{}', '[0]'],
];

describe('inputs of a Python service', () => {
  let worker: TestWorker;
  before(async () => {
    worker = await startPython('numpy', 'pandas');
  });
  after(() => worker.stop());

  for (const [type, json, description] of bound)
    test(`${type} ${json} is ${description}`, async () => {
      const call = await loadService(worker, {
        code: 'd = describe(v)',
        initCode: describeInput,
        inputs: { v: type },
        outputs: { d: 'vector' },
      });
      assert.equal(outputsOf(await call(`{"v":${json}}`), { d: 'vector' }), `{"d":${description}}`);
    });

  test('inputs may be changed in place', async () => {
    const call = await loadService(worker, {
      code: 'v[0] = 9; m[0, 0] = 9; f.loc[0, "a"] = 9; f["b"] = f.a * 2; s = v.sum() + m.sum() + f.b.sum()',
      inputs: { v: 'vector', m: 'matrix', f: 'data.frame' },
      outputs: { s: 'integer' },
    });
    const reply = await call('{"v":[1,2],"m":[[1],[2]],"f":{"a":[1,2]}}');
    assert.equal(outputsOf(reply, { s: 'integer' }), '{"s":44}');
  });

  test('a frame of 1,000 rows goes through unchanged', async () => {
    const frame = {
      n: Array.from({ length: 1000 }, (_, i) => Math.tan(i)),
      i: Array.from({ length: 1000 }, (_, i) => i * i),
      t: Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? null : `é${i}`)),
      l: Array.from({ length: 1000 }, (_, i) => i % 3 === 0),
    };
    const call = await loadService(worker, {
      code: 'out = f',
      inputs: { f: 'data.frame' },
      outputs: { out: 'data.frame' },
    });
    const reply = await call(JSON.stringify({ f: frame }));
    assert.deepEqual(JSON.parse(outputsOf(reply, { out: 'data.frame' })), { out: frame });
  });
});

test('without numpy and pandas inputs are lists and dictionaries', async () => {
  const worker = await startPython();
  try {
    const call = await loadService(worker, {
      initCode: 'import sys\nsys.modules["numpy"] = sys.modules["pandas"] = None',
      code: 'r = [v, m, f]',
      inputs: { v: 'vector', m: 'matrix', f: 'data.frame' },
      outputs: { r: 'vector' },
    });
    const reply = await call('{"v":[1.5,null],"m":[[1,2,3],[4,5,6]],"f":{"a":[true,null],"b":["x","y"]}}');
    assert.equal(
      outputsOf(reply, { r: 'vector' }),
      '{"r":[[1.5,null],[[1,2,3],[4,5,6]],{"a":[true,null],"b":["x","y"]}]}',
    );
  } finally {
    await worker.stop();
  }
});
