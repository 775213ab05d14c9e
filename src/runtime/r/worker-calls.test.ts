import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  call,
  doubles,
  execute,
  failed,
  input,
  load,
  number,
  plain,
  startR,
  startService,
  succeeded,
  vector,
} from '../testing/r-service.ts';

test('a call binds its inputs, runs the code and answers with the declared outputs in order', async (t) => {
  const worker = await startService(t, {
    initCode: 'model <- glm(am ~ hp + wt, data = mtcars, family = binomial)',
    code: 'answer <- predict(model, data.frame(hp = hp, wt = wt), type = "response")\nsum <- hp + wt',
    outputs: ['sum', 'answer'],
  });
  const reply = succeeded(await call(worker, number('hp', 120), number('wt', 2.8)));
  assert.deepEqual(reply.outputs.map(plain), [[122.8], [0.6418125284093801]]);
  assert.ok(reply.elapsed > 0 && reply.elapsed < 1e7);
});

test('functions of initCode see the inputs, as when everything ran in one workspace', async (t) => {
  const worker = await startService(t, {
    initCode: 'f <- function() x * 2',
    code: 'y <- f()',
    outputs: ['y'],
  });
  assert.deepEqual(plain(succeeded(await call(worker, number('x', 21))).outputs[0]), [42]);
});

test('an error of the code is an answer, and the worker goes on', async (t) => {
  const worker = await startService(t, {
    code: 'f <- function(v) if (v < 0) stop("negative: ", v) else sqrt(v)\ny <- f(x)',
    outputs: ['y'],
  });
  const reply = failed(await call(worker, number('x', -1)));
  assert.equal(reply.reason, 'error');
  assert.equal(reply.message, 'negative: -1');
  assert.equal(worker.console(), 'Error in f(x) : negative: -1\n');
  assert.equal(reply.consoleEnd, worker.console().length);
  assert.deepEqual(plain(succeeded(await call(worker, number('x', 9))).outputs[0]), [3]);
});

test('errors and warnings at the top level of the code name no function of the worker', async (t) => {
  const worker = await startService(t, { code: 'warning("odd")\nstop("boom")' });
  assert.equal(failed(await call(worker)).message, 'boom');
  assert.equal(worker.console(), 'Warning: odd\nError: boom\n');
});

test('endless recursion, memory that is not there and a full stack are ordinary errors', async (t) => {
  const worker = await startService(t, {
    code: `f <- function(n) f(n + 1)
g <- function(x) do.call(Recall, list(x))
switch(what, f(1), numeric(1e15), { options(expressions = 5e5); f(1) }, g(1), y <- 1)`,
  });
  for (const what of [1, 2, 3, 4])
    assert.equal(failed(await call(worker, number('what', what))).reason, 'error');
  succeeded(await call(worker, number('what', 5)));
});

test('a declared output that does not exist is named', async (t) => {
  const worker = await startService(t, { code: 'x <- 1', outputs: ['x', 'T'] });
  const reply = failed(await call(worker));
  assert.equal(reply.reason, 'missingOutput');
  assert.match(reply.message, /"T"/);
});

test('quit() ends the call and not the worker, even inside try()', async (t) => {
  const worker = await startService(t, {
    code: 'if (n == 1) quit() else if (n == 2) try(base::q("no")) else tryCatch(quit(), error = function(e) 1)\ny <- 1',
  });
  for (const n of [1, 2, 3]) assert.equal(failed(await call(worker, number('n', n))).reason, 'quit');
});

test('code that cannot be parsed and initCode that fails are errors of loading', async (t) => {
  const worker = await startR(t);
  const syntax = failed(await load(worker, { code: 'x <- (' }));
  assert.equal(syntax.reason, 'error');
  assert.match(syntax.message, /unexpected end of input/);
  const init = failed(await load(worker, { code: 'x', initCode: 'stop("no database")' }));
  assert.equal(init.message, 'no database');
});

test('a workspace that is no workspace is unreadable', async (t) => {
  const worker = await startR(t);
  const file = join(worker.paths.temporary, 'bad.RData');
  writeFileSync(file, 'not a workspace');
  assert.equal(failed(await load(worker, { code: 'x', workspace: file })).reason, 'unreadable');
});

test('output files come as bytes, null where the run made none, and the directory is cleared', async (t) => {
  const worker = await startService(t, {
    code: 'if (n == 1) { writeBin(as.raw(0:255), "a.bin"); png("plot.png"); plot(1:3); dev.off(); writeLines("x", ".h") }',
    outputFileNames: ['a.bin', 'plot.png', '.h'],
  });
  const made = succeeded(await call(worker, number('n', 1)));
  assert.deepEqual(
    made.files[0],
    Uint8Array.from({ length: 256 }, (_, i) => i),
  );
  assert.deepEqual(Array.from(made.files[1]?.slice(1, 4) ?? []), [0x50, 0x4e, 0x47]);
  assert.equal(made.files[2]?.length, 2);
  assert.deepEqual(made.changedFiles.sort(), ['a.bin', 'plot.png']);
  const none = succeeded(await call(worker, number('n', 2)));
  assert.deepEqual(none.files, [null, null, null]);
  assert.deepEqual(none.changedFiles, []);
  assert.deepEqual(readdirSync(worker.directory), []);
});

test('the files and objects of a snapshot are there for every call, whatever the last one did to them', async (t) => {
  const source = mkdtempSync(join(tmpdir(), 'plinth-snapshot-'));
  t.after(() => rmSync(source, { recursive: true }));
  mkdirSync(join(source, 'sub'));
  writeFileSync(join(source, 'data.csv'), 'a,b\n1,2\n');
  writeFileSync(join(source, 'sub', 'deep.txt'), 'deep');
  const maker = await startR(t);
  const workspace = join(maker.paths.temporary, 'w.RData');
  succeeded(await execute(maker, 'offset <- 40; set.seed(1)'));
  succeeded(await maker.send({ kind: 'saveWorkspace', path: workspace }));
  const worker = await startService(t, {
    workspace,
    files: source,
    initCode: 'writeLines("from initCode", "init.txt")',
    code: `y <- offset + read.csv("data.csv")$b + nchar(readLines("sub/deep.txt", warn = FALSE)) + file.exists("init.txt")
writeLines("changed", "data.csv"); unlink("sub", recursive = TRUE); file.create("init.txt", "new.txt"); rm(offset)
changed <- TRUE`,
    outputs: ['y'],
  });
  for (let round = 0; round < 3; round += 1) {
    const reply = succeeded(await call(worker));
    assert.deepEqual(plain(reply.outputs[0]), [47]);
    assert.deepEqual(reply.changedFiles.sort(), ['data.csv', 'init.txt', 'new.txt']);
  }
});

test('large inputs and outputs pass, several frames in the pipe at once', async (t) => {
  const worker = await startService(t, { code: 'y <- rev(x); n <- length(x)', outputs: ['n', 'y'] });
  const values = doubles(...Array.from({ length: 100_000 }, (_, i) => i / 7));
  const replies = await Promise.all([1, 2, 3].map(() => call(worker, input('x', vector(values)))));
  for (const reply of replies) {
    const [n, y] = succeeded(reply).outputs.map(plain) as [number[], number[]];
    assert.deepEqual(n, [100_000]);
    assert.equal(y[0], 99_999 / 7);
    assert.equal(y.length, 100_000);
  }
});
