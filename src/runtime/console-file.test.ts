import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ConsoleFile } from './console-file.ts';
import { answer, context, openTestRuntimes, service } from './fixtures/test-runtimes.ts';

describe('console text of calls', () => {
  test('is cut at the limit, with a line that says so', async () => {
    await using t = await openTestRuntimes();
    const { consoleOutput } = await t.runtimes.call(
      service('print("é" * 10_000)\nanswer = 1'),
      [],
      context(),
    );
    assert.ok(consoleOutput.startsWith('éééé'));
    assert.ok(!consoleOutput.includes('\uFFFD'));
    assert.match(consoleOutput, /é\n\[The console output was cut after 10000 bytes\.\]\n$/);
  });

  test('endless printing fills neither disk nor memory', async () => {
    await using t = await openTestRuntimes();
    const flood = service('line = "x" * 1000\nfor n in range(100_000): print(line)\nanswer = "done"');
    const { consoleOutput, ...rest } = await t.runtimes.call(flood, [], context());
    assert.equal(answer({ consoleOutput, ...rest }), 'done');
    assert.ok(consoleOutput.length < 11_000);
    const after = await t.runtimes.call(service('print("after")\nanswer = 1'), [], context());
    assert.equal(after.consoleOutput, 'after\n');
  });
});

describe('a console file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-console-'));
  after(() => rmSync(folder, { recursive: true }));
  const make = (name: string, limit: number) => {
    const path = join(folder, name);
    writeFileSync(path, '');
    return { path, file: new ConsoleFile(path, limit) };
  };

  test('gives each job what lies between the end before and its own', () => {
    const { path, file } = make('ends', 100);
    appendFileSync(path, 'one');
    assert.equal(file.soFar(), 'one');
    assert.equal(file.take(3), 'one');
    assert.equal(file.take(3), '');
    appendFileSync(path, 'twothree');
    assert.equal(file.take(6), 'two');
    assert.equal(file.take(11), 'three');
    file.close();
  });

  test('keeps the first bytes of a flood and empties the file under it', () => {
    const { path, file } = make('flood', 10);
    appendFileSync(path, '0123456789abcdef');
    file.bound(1);
    assert.equal(statSync(path).size, 0);
    appendFileSync(path, 'rest');
    assert.equal(file.take(4), '0123456789\n[The console output was cut after 10 bytes.]\n');
    appendFileSync(path, 'next');
    assert.equal(file.take(8), 'next');
    file.close();
  });

  test('tells nobody the text of a flood that may be of several jobs', () => {
    const { path, file } = make('several', 10);
    appendFileSync(path, 'of the first, then of the second');
    file.bound(2);
    const cut = '\n[The console output was cut after 10 bytes.]\n';
    assert.equal(file.take(13), cut);
    assert.equal(file.take(0), cut);
    appendFileSync(path, 'third');
    assert.equal(file.take(5), 'third');
    file.close();
  });

  test('decodes whatever bytes there are', () => {
    const { path, file } = make('bytes', 100);
    appendFileSync(path, Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x62]));
    assert.equal(file.take(6), '\uFEFFa\uFFFDb');
    file.close();
  });
});
