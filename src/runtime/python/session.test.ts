import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TestWorker } from '../testing/spawn-worker.ts';
import {
  done,
  evaluate,
  executeRequest,
  failed,
  loadService,
  outputsOf,
  pythonLauncher,
  startPython,
} from './worker-under-test.ts';

let worker: TestWorker;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-python-session-'));
  worker = await startPython();
});
after(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true });
});

/** The console text of one execution. */
async function printed(code: string): Promise<string> {
  const start = Buffer.from(worker.console()).length;
  const { consoleEnd } = await worker.send(executeRequest(code));
  return Buffer.from(worker.console()).subarray(start, consoleEnd).toString();
}

describe('execute', () => {
  const consoles: [code: string, text: string | RegExp][] = [
    ['x = 2\nx + 3', '5\n'],
    ['"a"', "'a'\n"],
    ['None', ''],
    ['', ''],
    ['1 + 1\ny = 2', ''],
    ['for i in range(2): print(i)', '0\n1\n'],
    ['print("é", end="")', 'é'],
    ['import warnings; warnings.warn("careful")', /UserWarning: careful/],
    [
      'print(1)\n1 / 0\nprint(2)',
      /^1\nTraceback[^2]*line 2, in <module>\n {4}1 \/ 0\n[^2]*ZeroDivisionError: division by zero\n$/,
    ],
    ['def f(:', /SyntaxError/],
    [
      'import sys\nprint(1)\nsys.exit()\nprint(2)',
      /^1\n\[The code ended here\. A session ends when it is closed\.\]\n$/,
    ],
    ['quit()', /A session ends when it is closed/],
    ['input()', /EOFError/],
  ];
  for (const [code, text] of consoles)
    test(`${JSON.stringify(code)} prints ${text}`, async () => {
      if (typeof text === 'string') assert.equal(await printed(code), text);
      else assert.match(await printed(code), text);
    });

  test('everything stays: variables, modules, files, options', async () => {
    await worker.send(
      executeRequest('import os, sys\nv = 1\nos.environ["KEPT"] = "1"\nsys.setrecursionlimit(2000)'),
    );
    assert.equal(
      await evaluate(worker, 'x = [v, os.environ["KEPT"], sys.getrecursionlimit()]'),
      '[1,"1",2000]',
    );
  });

  test('an error names itself, earlier statements stay', async () => {
    const reply = failed(await worker.send(executeRequest('before = 1\nundefined_name')));
    assert.deepEqual(
      [reply.reason, reply.message],
      ['error', "NameError: name 'undefined_name' is not defined"],
    );
    assert.equal(await evaluate(worker, 'x = before'), '1');
  });

  test('an output that does not exist is named', async () => {
    const reply = failed(await worker.send(executeRequest('', {}, ['nowhere'])));
    assert.equal(reply.reason, 'missingOutput');
    assert.match(reply.message, /"nowhere"/);
  });

  test('changed files are those made or written, hidden ones and folders aside', async () => {
    const changed = async (code: string) => done(await worker.send(executeRequest(code))).changedFiles;
    assert.deepEqual(
      await changed(
        'import os\nopen("b.txt", "w").write("1"); open("a.txt", "w"); open(".h", "w"); os.mkdir("d")',
      ),
      ['a.txt', 'b.txt'],
    );
    assert.deepEqual(await changed('open("b.txt").read()'), []);
    assert.deepEqual(await changed('open("b.txt", "a").write("2"); os.unlink("a.txt")'), ['b.txt']);
  });

  test('user code starts as in a python of its own', async () => {
    assert.equal(
      await evaluate(
        worker,
        'import sys\nx = [__name__, sys.argv, sys.path[0], "main" in globals(), __builtins__ is not None]',
      ),
      '["__main__",[""],"",false,true]',
    );
  });
});

test('packages installed into the working directory are found', async () => {
  await worker.send(executeRequest('import os\nos.mkdir("python-packages")'));
  await worker.send(
    executeRequest('with open(os.environ["PIP_TARGET"] + "/installed.py", "w") as f: f.write("v = 7")'),
  );
  assert.equal(await evaluate(worker, 'import installed\nx = installed.v'), '7');
});

describe('figures', () => {
  test('those left open become pictures of 400 by 400 pixels, never over an earlier one', async (context) => {
    const worker = await spawnWithPlots();
    context.after(() => worker.stop());
    const changed = async (code: string) => done(await worker.send(executeRequest(code))).changedFiles;
    const plot = 'import matplotlib.pyplot as plt\nplt.plot([1, 2])\n';
    assert.deepEqual(await changed(plot), ['plot001.png']);
    assert.deepEqual(await changed(`${plot}plt.figure(figsize=(2, 3)); plt.plot([1])`), [
      'plot002.png',
      'plot003.png',
    ]);
    assert.deepEqual(await changed(`${plot}plt.savefig("own.png"); plt.close()`), ['own.png']);
    assert.deepEqual(await changed('plt.get_fignums()'), []);
    const size = (name: string) => {
      const header = readFileSync(join(worker.directory, name));
      return [header.readUInt32BE(16), header.readUInt32BE(20)];
    };
    assert.deepEqual(
      [size('plot001.png'), size('plot003.png')],
      [
        [400, 400],
        [200, 300],
      ],
    );
  });

  const spawnWithPlots = () => startPython('matplotlib.pyplot');
});

describe('objects', () => {
  const path = () => join(folder, 'object.dill');

  test('objects are listed without modules and names of the interpreter', async (context) => {
    const worker = await startPython();
    context.after(() => worker.stop());
    await worker.send(executeRequest('import os\nb = 1\n_a = 2\n__hidden__ = 3\ndef f(): pass'));
    assert.deepEqual(done(await worker.send({ kind: 'listObjects' })).names, ['_a', 'b', 'f']);
  });

  test('an object goes to a file and comes back under another name', async () => {
    await worker.send(
      executeRequest('class Point:\n    def __init__(self, x): self.x = x\np = Point(2**70)'),
    );
    done(await worker.send({ kind: 'saveObject', name: 'p', path: path() }));
    done(await worker.send({ kind: 'removeObject', name: 'p' }));
    done(await worker.send({ kind: 'loadObject', name: 'q', path: path() }));
    assert.equal(await evaluate(worker, 'x = [q.x, "p" in globals()]'), '[1180591620717411303424,false]');
  });

  test('what does not exist, cannot be written or cannot be read says so', async () => {
    for (const name of ['nowhere', 'os', '__name__'])
      for (const kind of ['saveObject', 'removeObject'] as const)
        assert.equal(failed(await worker.send({ kind, name, path: path() })).reason, 'notFound');
    await worker.send(executeRequest('g = (i for i in [1])'));
    const unsaved = failed(await worker.send({ kind: 'saveObject', name: 'g', path: path() }));
    assert.equal(unsaved.reason, 'unsupported');
    assert.match(unsaved.message, /object "g" cannot be serialized/);
    writeFileSync(path(), '"quoted text"');
    const unread = failed(await worker.send({ kind: 'loadObject', name: 'r', path: path() }));
    assert.equal(unread.reason, 'unreadable');
    assert.doesNotMatch(unread.message, /plinth-python/);
  });

  test('a workspace leaves out what cannot be saved, and says so', async () => {
    const other = await startPython();
    try {
      await worker.send(executeRequest('a = [1]\nb = a\ng = (i for i in [1])\nimport json'));
      const start = worker.console().length;
      done(await worker.send({ kind: 'saveWorkspace', path: path() }));
      assert.match(worker.console().slice(start), /cannot be serialized: g\]/);
      await other.send(executeRequest('mine = 1; a = 2'));
      done(await other.send({ kind: 'loadWorkspace', path: path() }));
      assert.equal(
        await evaluate(other, 'x = [mine, a is b, "g" in globals(), "json" in globals()]'),
        '[1,true,false,false]',
      );
      writeFileSync(path(), 'garbage');
      assert.equal(failed(await other.send({ kind: 'loadWorkspace', path: path() })).reason, 'unreadable');
    } finally {
      await other.stop();
    }
  });

  test('garbage is collected on request', async () => {
    assert.equal(done(await worker.send({ kind: 'collect' })).kind, 'done');
  });
});

/** Waits until the worker's console holds the text: the code is known to run then. */
async function shown(worker: TestWorker, text: string): Promise<void> {
  while (!worker.console().includes(text)) await nextTurn();
}

describe('interrupts', () => {
  test('running code stops; the session keeps its state', async () => {
    const running = worker.send(executeRequest('kept = 1\nprint("looping now")\nwhile True: pass'));
    await shown(worker, 'looping now');
    worker.interrupt();
    assert.equal(failed(await running).reason, 'interrupted');
    assert.equal(await evaluate(worker, 'x = kept'), '1');
  });

  test('sleeping code stops', async () => {
    const running = worker.send(executeRequest('import time\nprint("sleeping now")\ntime.sleep(60)'));
    await shown(worker, 'sleeping now');
    worker.interrupt();
    assert.equal(failed(await running).reason, 'interrupted');
  });

  test('an idle worker forgets an interrupt', async () => {
    for (let i = 0; i < 20; i++) worker.interrupt();
    assert.equal(await evaluate(worker, 'x = 1'), '1');
  });

  test('interrupts at any moment end jobs, never the worker', async () => {
    const call = await loadService(worker, { code: 'y = sum(range(2000))', outputs: { y: 'integer' } });
    for (let i = 0; i < 200; i++) {
      const running = call();
      if (i % 3 === 0) await nextTurn();
      worker.interrupt();
      const reply = await running;
      if (reply.kind === 'failed') assert.equal(reply.reason, 'interrupted');
      else assert.equal(outputsOf(reply, { y: 'integer' }), '{"y":1999000}');
    }
    assert.equal(outputsOf(await call(), { y: 'integer' }), '{"y":1999000}');
  });

  test('code may catch an interrupt and be interrupted again', async () => {
    const running = worker.send(
      executeRequest(
        'try:\n    print("first wait")\n    while True: pass\nexcept KeyboardInterrupt:\n    print("second wait")\n    while True: pass',
      ),
    );
    await shown(worker, 'first wait');
    worker.interrupt();
    await shown(worker, 'second wait');
    worker.interrupt();
    assert.equal(failed(await running).reason, 'interrupted');
  });
});

test('user code finds neither the pipes nor the modules of the worker in its way', async () => {
  const launcher = await pythonLauncher();
  assert.equal(launcher.depth, 4);
  assert.equal(
    await evaluate(
      worker,
      'import subprocess, os\nx = subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split()',
    ),
    '["0","1","2","3"]',
  );
});
