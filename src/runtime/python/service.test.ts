import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TestWorker } from '../testing/spawn-worker.ts';
import {
  done,
  executeRequest,
  failed,
  loadRequest,
  loadService,
  outputsOf,
  startPython,
  type TestService,
} from './worker-under-test.ts';

/** Loads one service after another; what holds for a worker's only service is tested with a worker of its own. */
let worker: TestWorker;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-python-service-'));
  worker = await startPython('numpy');
});
after(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true });
});

test('the worker says who it is', () => {
  assert.match(worker.ready.version, /^3\.\d+\.\d+/);
  assert.equal(worker.ready.pid, worker.process.pid);
});

test('initCode runs once, the code for each call, both in one set of globals', async () => {
  const call = await loadService(worker, {
    initCode: 'count = 0\nprint("init")\ndef add():\n    return a + b + offset',
    code: 'offset = 100; z = add(); count += 1',
    inputs: { a: 'numeric', b: 'numeric' },
    outputs: { z: 'numeric', count: 'integer' },
  });
  for (let i = 0; i < 2; i++)
    assert.equal(
      outputsOf(await call('{"a":1,"b":2.5}'), { z: 'numeric', count: 'integer' }),
      '{"z":103.5,"count":1}',
    );
  assert.equal(worker.console().match(/init/g)?.length, 1);
});

test('declared files come back as bytes, null when the call made none', async () => {
  const call = await loadService(worker, {
    code: 'if make:\n    open("a.bin", "wb").write(bytes([0, 255]))\nopen("other.txt", "w").write("o"); open(".hidden", "w")\nimport os; os.symlink("/etc/passwd", "link"); os.mkfifo("pipe")',
    inputs: { make: 'logical' },
    outputFileNames: ['a.bin', 'absent', 'link', 'pipe'],
  });
  const made = done(await call('{"make":true}'));
  assert.deepEqual(
    made.files.map((file) => file && [...file]),
    [[0, 255], null, null, null],
  );
  assert.deepEqual(made.changedFiles, ['a.bin', 'other.txt']);
  assert.deepEqual(done(await call('{"make":false}')).files, [null, null, null, null]);
});

test('a failed call still gives the files it made', async () => {
  const call = await loadService(worker, {
    code: 'open("a.txt", "w").write("half")\nraise ValueError("then")',
    outputFileNames: ['a.txt'],
  });
  const reply = failed(await call());
  assert.equal(reply.message, 'ValueError: then');
  assert.equal(Buffer.from(reply.files[0] as Uint8Array).toString(), 'half');
});

test('the console belongs to the call that printed', async () => {
  const call = await loadService(worker, {
    code: `import sys, os, warnings
print("out", n); sys.stderr.write("err"); os.system("echo child"); warnings.warn("careful"); print("\\ud800", end="")
class Loud:
    def __del__(self): print("destroyed")
loud = Loud()`,
    inputs: { n: 'integer' },
  });
  let start = worker.console().length;
  for (const n of [1, 2]) {
    const end = done(await call(`{"n":${n}}`)).consoleEnd;
    const text = Buffer.from(worker.console()).subarray(start, end).toString();
    assert.match(text, new RegExp(`^out ${n}\nerr`));
    assert.match(text, /child\n/);
    assert.match(text, /UserWarning: careful/);
    assert.match(text, /\\ud800/);
    assert.match(text, /destroyed\n$/);
    start = end;
  }
});

const failures: [what: string, service: TestService, reason: string, message: RegExp][] = [
  ['an error', { code: 'x = undefined_name' }, 'error', /^NameError: name 'undefined_name' is not defined$/],
  ['sys.exit', { code: 'import sys; sys.exit(3)' }, 'quit', /sys\.exit\(3\)/],
  ['quit', { code: 'quit()' }, 'quit', /end/],
  ['a missing output', { code: '', outputs: { y: 'numeric' } }, 'missingOutput', /output "y"/],
  [
    'an output without JSON form',
    { code: 'y = object()', outputs: { y: 'numeric' } },
    'unsupported',
    /^Output "y" is of type object/,
  ],
  ['endless recursion', { code: 'def f(): return f()\nf()' }, 'error', /^RecursionError/],
  ['too little memory', { code: 'b"x" * (1 << 62)' }, 'error', /^(MemoryError|OverflowError)/],
  ['KeyboardInterrupt of its own', { code: 'raise KeyboardInterrupt' }, 'interrupted', /interrupted/],
  [
    'an exception that cannot be printed',
    { code: 'class E(Exception):\n    def __str__(self): raise ValueError\nraise E()' },
    'error',
    /E/,
  ],
  [
    'a result beyond the limit',
    { code: 'import numpy; y = numpy.zeros(1 << 25)', outputs: { y: 'vector' } },
    'unsupported',
    /256 MiB/,
  ],
];
for (const [what, service, reason, message] of failures)
  test(`${what} is the answer ${reason}, and the worker goes on`, async () => {
    const call = await loadService(worker, service);
    const reply = failed(await call());
    assert.equal(reply.reason, reason);
    assert.match(reply.message, message);
    assert.equal(failed(await call()).reason, reason);
  });

test('a traceback names lines of the code, and nothing of the worker or the machine', async () => {
  const call = await loadService(worker, { code: 'def f():\n    secret = 1 / 0\nf()' });
  const start = worker.console().length;
  await call();
  const text = worker.console().slice(start);
  assert.match(text, /^Traceback \(most recent call last\):\n {2}File "<code>", line 3, in <module>\n/);
  assert.doesNotMatch(text, /plinth|secret/);
});

const refusedLoads: [what: string, service: TestService, reason: string, message: RegExp][] = [
  [
    'a syntax error in the code',
    { code: 'x = = 1' },
    'error',
    /^SyntaxError: invalid syntax \(<code>, line 1\)$/,
  ],
  [
    'an error of initCode',
    { code: '', initCode: 'raise ValueError("no model")' },
    'error',
    /^ValueError: no model$/,
  ],
  ['exit in initCode', { code: '', initCode: 'import sys; sys.exit()' }, 'quit', /sys\.exit\(\)/],
];
for (const [what, service, reason, message] of refusedLoads)
  test(`${what} fails the load`, async () => {
    const reply = failed(await worker.send(loadRequest(service)));
    assert.equal(reply.reason, reason);
    assert.match(reply.message, message);
  });

test('a workspace of a session becomes the globals of a service', async () => {
  const session = await startPython();
  const path = join(folder, 'workspace.dill');
  try {
    await session.send(
      executeRequest(
        'rate = 0.5\ndef price(x):\n    return x * rate\nclass Model:\n    def predict(self, x):\n        return price(x) + 1\nmodel = Model()\nimport math',
      ),
    );
    done(await session.send({ kind: 'saveWorkspace', path }));
  } finally {
    await session.stop();
  }
  const call = await loadService(worker, {
    workspace: path,
    code: 'y = model.predict(x); rate = 100',
    inputs: { x: 'numeric' },
    outputs: { y: 'numeric' },
  });
  for (let i = 0; i < 2; i++) assert.equal(outputsOf(await call('{"x":10}'), { y: 'numeric' }), '{"y":6}');
});

test('garbage instead of a workspace is unreadable', async () => {
  const path = join(folder, 'garbage');
  writeFileSync(path, 'no pickle');
  const reply = failed(await worker.send(loadRequest({ code: '', workspace: path })));
  assert.equal(reply.reason, 'unreadable');
});

test('several calls in flight are answered in order', async () => {
  const call = await loadService(worker, {
    code: 'y = x * 2',
    inputs: { x: 'integer' },
    outputs: { y: 'integer' },
  });
  const replies = await Promise.all([1, 2, 3, 4].map((x) => call(`{"x":${x}}`)));
  assert.deepEqual(
    replies.map((reply) => outputsOf(reply, { y: 'integer' })),
    ['{"y":2}', '{"y":4}', '{"y":6}', '{"y":8}'],
  );
});

test("a child that user code forked does not answer in its parent's place", async () => {
  const call = await loadService(worker, {
    code: 'import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\ny = 1',
    outputs: { y: 'integer' },
  });
  for (let i = 0; i < 2; i++) assert.equal(outputsOf(await call(), { y: 'integer' }), '{"y":1}');
});

test('a worker that cannot undo what a call did answers and ends', async () => {
  const doomed = await startPython();
  try {
    const call = await loadService(doomed, {
      code: 'os.rmdir(d); open(d, "w").close()\ny = 1',
      initCode: 'import os\nd = os.getcwd()',
      outputs: { y: 'integer' },
    });
    assert.equal(outputsOf(await call(), { y: 'integer' }), '{"y":1}');
    assert.equal(await doomed.exited, 70);
  } finally {
    await doomed.stop();
  }
});
