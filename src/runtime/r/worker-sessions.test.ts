import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  execute,
  failed,
  input,
  number,
  plain,
  scalar,
  startR,
  succeeded,
  texts,
} from '../testing/r-service.ts';

test('a session keeps its variables and prints visible values as the prompt does', async (t) => {
  const worker = await startR(t);
  succeeded(await execute(worker, 'x <- 2; x + 3'));
  assert.equal(worker.console(), '[1] 5\n');
  const reply = succeeded(
    await execute(
      worker,
      'y <- x * z\ninvisible(7)\nNULL\nfactor("a")\nf <- function(a) {a  # kept\n}\nf\n"ä"',
      {
        inputs: [number('z', 10)],
        outputs: ['y', 'x'],
      },
    ),
  );
  assert.deepEqual(reply.outputs.map(plain), [[20], [2]]);
  const printed = worker.console().slice(6);
  assert.equal(printed, 'NULL\n[1] a\nLevels: a\nfunction(a) {a  # kept\n}\n[1] "ä"\n');
});

test('S4 objects, data frames and methods of the user are printed by their own methods', async (t) => {
  const worker = await startR(t);
  succeeded(
    await execute(
      worker,
      `setClass("P", representation(x = "numeric")); setMethod("show", "P", function(object) cat("<P>\\n")); new("P", x = 1)
print.mine <- function(x, ...) cat("<mine>\\n"); structure(1, class = "mine")
data.frame(a = 1:2)`,
    ),
  );
  assert.equal(worker.console(), '<P>\n<mine>\n  a\n1 1\n2 2\n');
});

test('the first error stops, earlier effects stay, and warnings are printed at once', async (t) => {
  const worker = await startR(t);
  const reply = failed(await execute(worker, 'a <- 1\nwarning("careful")\nstop("halt")\na <- 2'));
  assert.deepEqual([reply.reason, reply.message], ['error', 'halt']);
  assert.equal(worker.console(), 'Warning: careful\nError: halt\n');
  assert.deepEqual(plain(succeeded(await execute(worker, '', { outputs: ['a'] })).outputs[0]), [1]);
});

test('an output that does not exist is named; one that has no JSON form is refused', async (t) => {
  const worker = await startR(t);
  const missing = failed(await execute(worker, 'x <- 1', { outputs: ['x', 'nothing'] }));
  assert.equal(missing.reason, 'missingOutput');
  assert.match(missing.message, /"nothing"/);
  for (const code of [
    'sum',
    'globalenv()',
    '2i',
    'y ~ x',
    'list(1, sum)',
    'array(1:8, c(2, 2, 2))',
    'new("numeric")',
  ]) {
    const refused = await execute(worker, `thing <- ${code}`, { outputs: ['thing'] });
    if (code.startsWith('new')) succeeded(refused);
    else {
      assert.equal(failed(refused).reason, 'unsupported', code);
      assert.match(failed(refused).message, /"thing"/);
    }
  }
});

test('plots without a device become numbered files and never overwrite each other', async (t) => {
  const worker = await startR(t);
  const first = succeeded(await execute(worker, 'plot(1:3); hist(1:9); dev.off(); plot(2)'));
  assert.deepEqual(first.changedFiles.sort(), ['Rplot001.png', 'Rplot002.png', 'Rplot003.png']);
  const before = readFileSync(join(worker.directory, 'Rplot001.png'));
  assert.deepEqual([before.readUInt32BE(16), before.readUInt32BE(20)], [400, 400]);
  const second = succeeded(await execute(worker, 'plot(4)'));
  assert.deepEqual(second.changedFiles, ['Rplot004.png']);
  assert.deepEqual(readFileSync(join(worker.directory, 'Rplot001.png')), before);
  const own = succeeded(
    await execute(worker, 'png("mine.png", 300, 200); plot(1)\nwriteLines("x", ".hidden")'),
  );
  assert.deepEqual(own.changedFiles, ['mine.png']);
  assert.equal(
    succeeded(await execute(worker, 'd <- dev.list()', { outputs: ['d'] })).outputs[0]?.shape,
    'null',
  );
});

test('quit, browser and help print a notice and change nothing', async (t) => {
  const worker = await startR(t);
  succeeded(await execute(worker, 'q("no"); base::quit(); browser(); help(lm); ?lm; 1'));
  assert.match(
    worker.console(),
    /^quit\(\) has no effect[^\n]*\nquit\(\)[^\n]*\nbrowser\(\)[^\n]*\nhelp\(\)[^\n]*\nhelp\(\)[^\n]*\n\[1\] 1\n$/,
  );
});

test('the working directory is the first library', async (t) => {
  const worker = await startR(t);
  const reply = succeeded(
    await execute(worker, 'l <- .libPaths()[1]; w <- getwd()', { outputs: ['l', 'w'] }),
  );
  const [library, directory] = reply.outputs.map(plain);
  assert.deepEqual(library, directory);
});

test('objects are listed, saved, loaded under another name, removed', async (t) => {
  const worker = await startR(t);
  const path = join(worker.paths.temporary, 'x.RData');
  succeeded(await execute(worker, 'x <- data.frame(a = 1:3); b <- "two"; .hidden <- 1'));
  assert.deepEqual(succeeded(await worker.send({ kind: 'listObjects' })).names, ['b', 'x']);
  succeeded(await worker.send({ kind: 'saveObject', name: 'x', path }));
  succeeded(await worker.send({ kind: 'removeObject', name: 'x' }));
  assert.equal(failed(await worker.send({ kind: 'removeObject', name: 'x' })).reason, 'notFound');
  assert.equal(failed(await worker.send({ kind: 'saveObject', name: 'x', path })).reason, 'notFound');
  succeeded(await worker.send({ kind: 'loadObject', name: 'other', path }));
  assert.deepEqual(succeeded(await worker.send({ kind: 'listObjects' })).names, ['b', 'other']);

  succeeded(
    await execute(
      worker,
      `saveRDS(5, "${path}.rds"); save(b, other, file = "${path}.several"); rm(b, other)`,
    ),
  );
  succeeded(await worker.send({ kind: 'loadObject', name: 'five', path: `${path}.rds` }));
  const several = { kind: 'loadObject' as const, path: `${path}.several` };
  assert.equal(failed(await worker.send({ ...several, name: 'c' })).reason, 'unreadable');
  succeeded(await worker.send({ ...several, name: 'b' }));
  assert.deepEqual(succeeded(await worker.send({ kind: 'listObjects' })).names, ['b', 'five', 'other']);
  writeFileSync(`${path}.bad`, '"just text"');
  assert.equal(
    failed(await worker.send({ kind: 'loadObject', name: 'c', path: `${path}.bad` })).reason,
    'unreadable',
  );
});

test('a workspace is saved without the random seed and merged into another session', async (t) => {
  const worker = await startR(t);
  const path = join(worker.paths.temporary, 'w.RData');
  succeeded(await execute(worker, 'set.seed(1); a <- 1; .b <- 2'));
  succeeded(await worker.send({ kind: 'saveWorkspace', path }));
  succeeded(await execute(worker, 'rm(list = ls(all.names = TRUE)); a <- 0; c <- 3'));
  succeeded(await worker.send({ kind: 'loadWorkspace', path }));
  const reply = succeeded(await execute(worker, 'n <- ls(all.names = TRUE)', { outputs: ['n', 'a'] }));
  assert.deepEqual(
    reply.outputs.map(plain),
    [['.b', 'a', 'c', 'n'], [1]].map((x, i) => (i === 0 ? ['.b', 'a', 'c'] : x)),
  );
  succeeded(await worker.send({ kind: 'collect' }));
  assert.equal(
    failed(await worker.send({ kind: 'loadWorkspace', path: `${path}.none` })).reason,
    'unreadable',
  );
});

test('an interrupt ends the running code and nothing else; while idle it does nothing', async (t) => {
  const worker = await startR(t);
  const running = execute(worker, 'writeLines("go", "started"); repeat Sys.sleep(0.01)');
  while (!readdirSync(worker.directory).includes('started'))
    await new Promise((resolve) => setImmediate(resolve));
  worker.interrupt();
  assert.equal(failed(await running).reason, 'interrupted');
  for (let round = 0; round < 5; round += 1) {
    worker.interrupt();
    assert.deepEqual(
      plain(succeeded(await execute(worker, 'x <- sum(1:10)', { outputs: ['x'] })).outputs[0]),
      [55],
    );
  }
});

test('output of child processes and bytes that are no text harm nothing', async (t) => {
  const worker = await startR(t);
  const reply = succeeded(
    await execute(
      worker,
      'invisible(system("echo child")); cat(rawToChar(as.raw(c(0x41, 0xff, 0x0a)))); x <- rawToChar(as.raw(c(0x62, 0xfe))); l <- "\\xe4"; Encoding(l) <- "latin1"; u <- s',
      {
        inputs: [input('s', scalar(texts('日本 ä 🦆')))],
        outputs: ['x', 'l', 'u'],
      },
    ),
  );
  assert.deepEqual(reply.outputs.map(plain), [['b\ufffd'], ['ä'], ['日本 ä 🦆']]);
  assert.match(worker.console(), /^child\nA\ufffd\n$/);
  const bad = failed(await execute(worker, 'stop(x)'));
  assert.equal(bad.message, 'b'); // R itself cuts messages at the first byte that is no text
});
