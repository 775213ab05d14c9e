import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatDouble } from './format-double.ts';
import { readSerialized } from './read.ts';
import { missingInteger, type RValue, rNull } from './values.ts';
import { writeSerialized } from './write.ts';

const plain = (value: Record<string, unknown>): RValue => ({ attributes: null, ...value }) as RValue;
const texts = (...values: (string | null)[]): RValue => plain({ type: 'character', values });
const naBytes = new Float64Array(Uint32Array.of(1954, 0x7ff00000).buffer);

const value: RValue = {
  type: 'list',
  attributes: new Map([['names', texts('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')]]),
  values: [
    plain({ type: 'logical', values: Int32Array.of(1, 0, missingInteger) }),
    plain({ type: 'integer', values: Int32Array.from({ length: 100_000 }, (_, i) => i) }),
    plain({
      type: 'double',
      values: Float64Array.of(0.1, Number.NaN, Infinity, -Infinity, -0, Number.MIN_VALUE),
    }),
    plain({ type: 'double', values: naBytes }),
    plain({ type: 'complex', values: Float64Array.of(1, -2) }),
    texts('plain', null, '', 'ä日🦆'),
    plain({ type: 'raw', values: Uint8Array.of(0, 255) }),
    rNull,
    {
      type: 'list',
      values: [plain({ type: 'double', values: Float64Array.from({ length: 100_000 }, (_, i) => i / 3) })],
      attributes: new Map<string, RValue>([
        ['names', texts('x')],
        ['class', texts('data.frame')],
        ['row.names', plain({ type: 'integer', values: Int32Array.of(missingInteger, -100_000) })],
      ]),
    },
    plain({
      type: 'language',
      cells: [
        { tag: null, value: { type: 'symbol', name: 'sum' } },
        { tag: 'x', value: { type: 'symbol', name: 'sum' } },
      ],
    }),
  ],
};

test('R reads what we write, and writes what we read', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-rdata-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'in'), Buffer.concat(writeSerialized(value)));
  const code = `
    size <- file.size("in"); x <- unserialize(readBin("in", "raw", size))
    stopifnot(identical(x$a, c(TRUE, FALSE, NA)), identical(x$b, 0:99999),
      identical(x$c, c(0.1, NaN, Inf, -Inf, -0, 4.94065645841247e-324)), 1 / x$c[5] == -Inf,
      is.na(x$d), !is.nan(x$d), is.nan(x$c[2]), identical(x$e, complex(real = 1, imaginary = -2)),
      identical(x$f, c("plain", NA, "", "\\u00e4\\u65e5\\U1F986")), Encoding(x$f[4]) == "UTF-8",
      identical(x$g, as.raw(c(0, 255))), is.null(x$h), identical(dim(x$i), c(100000L, 1L)),
      identical(x$i$x, 0:99999 / 3), identical(x$j, quote(sum(x = sum))))
    for (version in 2:3) for (xdr in c(TRUE, FALSE))
      writeBin(serialize(x, NULL, xdr = xdr, version = version), paste0("out", version, xdr))`;
  execFileSync('Rscript', ['--vanilla', '-e', code], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const name of ['out2TRUE', 'out2FALSE', 'out3TRUE', 'out3FALSE'])
    assert.deepEqual(readSerialized(readFileSync(join(folder, name))), value, name);
});

test('numbers are written as R writes them', () => {
  const numbers = [
    0,
    -0,
    1,
    -1.5,
    1e5,
    123456,
    1e15,
    1e-4,
    1e-5,
    0.1 + 0.2,
    1 / 3,
    2 / 3e10,
    1e22,
    1e300,
    -1.25e-300,
    100000.5,
  ];
  const code = `cat(as.character(c(${numbers.map((number) => number.toPrecision(17)).join(', ')})))`;
  const expected = execFileSync('Rscript', ['--vanilla', '-e', code], { encoding: 'utf8' }).split(' ');
  assert.deepEqual(numbers.map(formatDouble), expected);
  assert.deepEqual([Number.NaN, Infinity, -Infinity].map(formatDouble), ['NaN', 'Inf', '-Inf']);
});

test('what only R can make is refused by name', () => {
  assert.throws(() => writeSerialized({ type: 'builtin', name: 'sum' }), /type builtin cannot be written/);
});
