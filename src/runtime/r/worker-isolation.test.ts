import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  call,
  failed,
  input,
  number,
  plain,
  scalar,
  startService,
  succeeded,
  texts,
} from '../testing/r-service.ts';
import type { TestWorker } from '../testing/spawn-worker.ts';

/** Each case leaves something behind with `dirty`; `look` is how the next call would notice. */
const cases: { what: string; dirty: string; look: string; initCode?: string }[] = [
  {
    what: 'assignment into the workspace',
    dirty: 'kept <- 1; counter <<- counter + 1',
    look: 'paste(counter, exists("kept"))',
  },
  { what: 'removal of loaded objects', dirty: 'rm(list = ls(all.names = TRUE)); seen <- 1', look: 'counter' },
  {
    what: 'change of a loaded object in place',
    dirty: 'table[2, 1] <- 99; counter[[1]] <- 5L',
    look: 'paste(table[2, 1], counter)',
  },
  {
    what: 'options',
    dirty: 'options(digits = 3, mine = 1, OutDec = ","); options(scipen = 99)',
    look: 'paste(getOption("digits"), is.null(getOption("mine")), getOption("OutDec"), getOption("scipen"))',
  },
  {
    what: 'the kind of random numbers',
    dirty: 'RNGkind("Wichmann-Hill", "Box-Muller"); set.seed(1)',
    look: 'paste(RNGkind(), collapse = " ")',
  },
  {
    what: 'environment variables',
    dirty: 'Sys.setenv(MINE = "1", TZ = "Asia/Tokyo"); Sys.unsetenv("HOME")',
    look: 'paste(Sys.getenv(c("MINE", "TZ")), nzchar(Sys.getenv("HOME")), collapse = "/")',
  },
  { what: 'the working directory', dirty: 'setwd("/")', look: 'getwd()' },
  {
    what: 'attached packages and data',
    dirty: 'library(splines); library(stats4); attach(mtcars)',
    look: 'paste(search(), collapse = " ")',
  },
  { what: 'detached packages', dirty: 'detach("package:datasets")', look: 'paste(search(), collapse = " ")' },
  { what: 'library paths', dirty: '.libPaths(tempdir())', look: 'paste(.libPaths(), collapse = " ")' },
  { what: 'devices', dirty: 'pdf(NULL); plot(1); png(tempfile())', look: 'length(dev.list())' },
  {
    what: 'connections and sinks',
    dirty: 'f <- file("out.txt", "w"); sink(f); sink(f, type = "message"); g <- textConnection("a")',
    look: 'paste(nrow(showConnections()), sink.number())',
  },
  {
    what: 'all connections closed, also the ones of the worker',
    dirty: 'closeAllConnections(); a <- file("1", "w"); b <- file("2", "w")',
    look: '"alive"',
  },
  {
    what: 'files',
    dirty:
      'dir.create("a/b", recursive = TRUE); writeLines("x", "a/b/c"); writeLines("x", ".hidden"); file.symlink("/etc", "link")',
    look: 'length(list.files(all.files = TRUE, no.. = TRUE))',
  },
  {
    what: 'temporary files',
    dirty: 'writeLines("x", tempfile()); writeLines("x", file.path(Sys.getenv("TMPDIR"), "y"))',
    look: 'length(list.files(c(tempdir(), Sys.getenv("TMPDIR")), pattern = "^file|^y$"))',
  },
  {
    what: 'tempdir() itself removed',
    dirty: 'unlink(tempdir(), recursive = TRUE)',
    look: 'dir.exists(tempdir())',
  },
  {
    what: 'the locale and the umask',
    dirty: 'Sys.setlocale("LC_COLLATE", "C"); Sys.umask("077")',
    look: 'paste(Sys.getlocale(), Sys.umask())',
  },
  {
    what: 'time limits',
    dirty: 'setTimeLimit(elapsed = 0.05); setSessionTimeLimit(elapsed = 0.05)',
    look: '{ Sys.sleep(0.1); for (i in 1:1e5) i; "in time" }',
  },
  {
    what: 'classes and generics',
    dirty:
      'setClass("P", representation(x = "numeric")); setGeneric("area", function(s) 0); setMethod("area", "P", function(s) 1)',
    look: 'paste(existsFunction("area"), isClass("P"))',
  },
];

test('nothing a call does is visible to the next', async (t) => {
  const worker = await startService(t, {
    initCode: 'counter <- 0L; table <- data.frame(a = 1:3)',
    code: 'seen <- NULL\nif (nzchar(dirty)) eval(parse(text = dirty)) else seen <- as.character(eval(parse(text = look)))',
    outputs: ['seen'],
  });
  for (const { what, dirty, look } of cases)
    await t.test(what, async () => {
      const before = await run(worker, '', look);
      await run(worker, dirty, look);
      assert.deepEqual(await run(worker, '', look), before);
      assert.deepEqual(await run(worker, '', look), before);
      assert.deepEqual(readdirSync(worker.directory), []);
    });
  assert.doesNotMatch(worker.console(), /Error/);
});

async function run(worker: TestWorker, dirty: string, look: string): Promise<unknown> {
  const reply = succeeded(
    await call(worker, input('dirty', scalar(texts(dirty))), input('look', scalar(texts(look)))),
  );
  return plain(reply.outputs[0]);
}

test('every call draws fresh random numbers, whatever seed was set before', async (t) => {
  const service = {
    initCode: 'set.seed(1)',
    code: 'x <- runif(1); if (seed > 0) { set.seed(seed); runif(1) }',
    outputs: ['x'],
  };
  const workers = [await startService(t, service), await startService(t, service)];
  const drawn = new Set<unknown>();
  for (const worker of workers)
    for (let round = 0; round < 20; round += 1) {
      const reply = succeeded(await call(worker, number('seed', round % 2)));
      drawn.add((plain(reply.outputs[0]) as number[])[0]);
    }
  assert.equal(drawn.size, 40);
});

test('what a failed call left behind is put back as well', async (t) => {
  const worker = await startService(t, {
    initCode: 'state <- 1',
    code: 'y <- state; state <<- 2; writeLines("x", "left"); options(digits = 2); stop("late")',
    outputs: ['y'],
  });
  for (let round = 0; round < 3; round += 1) {
    const reply = failed(await call(worker));
    assert.equal(reply.message, 'late');
    assert.deepEqual(reply.changedFiles, ['left']);
  }
});

test('packages that the code attaches first stay attached; others do not', async (t) => {
  const worker = await startService(t, {
    code: `library(splines); suppressMessages(require("stats4"))
before <- search(); if (n == 1) library(tools)`,
    outputs: ['before'],
  });
  for (const n of [1, 2, 1]) {
    const [before] = succeeded(await call(worker, number('n', n))).outputs.map(plain) as [string[]];
    assert.ok(before.includes('package:splines') && before.includes('package:stats4'));
    assert.ok(!before.includes('package:tools'));
  }
});

test('clearing the working directory removes links and closed folders, and touches nothing they point to', async (t) => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'plinth-elsewhere-'));
  t.after(() => rmSync(elsewhere, { recursive: true }));
  chmodSync(elsewhere, 0o755);
  writeFileSync(join(elsewhere, 'kept'), '', { mode: 0o600 });
  const worker = await startService(t, {
    code: `file.symlink(elsewhere, "link"); dir.create("a/b", recursive = TRUE); file.symlink(elsewhere, "a/b/link")
file.symlink(file.path(elsewhere, "kept"), "a/file"); writeLines("x", "*"); Sys.chmod(c("a/b", "a"), "0500")`,
  });
  for (let round = 0; round < 2; round += 1)
    succeeded(await call(worker, input('elsewhere', scalar(texts(elsewhere)))));
  // Clearing follows the reply; the next reply follows the clearing.
  await worker.send({ kind: 'collect' });
  assert.deepEqual(readdirSync(worker.directory), []);
  assert.equal(statSync(elsewhere).mode & 0o777, 0o755);
  assert.equal(statSync(join(elsewhere, 'kept')).mode & 0o777, 0o600);
});

test('a worker that cannot put back its state ends itself after the answer', async (t) => {
  const worker = await startService(t, {
    initCode: 'log <- file("log.txt", "w")',
    code: 'if (n == 2) close(log)\ny <- n',
    outputs: ['y'],
  });
  succeeded(await call(worker, number('n', 1)));
  succeeded(await call(worker, number('n', 2)));
  assert.equal(await worker.exited, 70);
});

test('the functions of the worker are neither seen nor hurt by user code', async (t) => {
  const worker = await startService(t, {
    initCode: 'send <- attempt <- putBack <- c <- identical <- eval <- function(...) stop("mine")',
    code: 'names <- ls(all.names = TRUE); found <- exists("callService"); rest <- readLines(stdin()); empty <- readline()',
    outputs: ['names', 'found', 'rest', 'empty'],
  });
  const [names, ...others] = succeeded(await call(worker)).outputs.map(plain);
  assert.deepEqual(names, ['attempt', 'c', 'eval', 'identical', 'putBack', 'send']);
  assert.deepEqual(others, [[false], [], ['']]);
});
