import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { WireType } from '../../contracts/data-types.ts';
import type { TestWorker } from '../testing/spawn-worker.ts';
import { done, failed, loadService, outputsOf, startPython } from './worker-under-test.ts';

/** Loads one service after another; what holds for a worker's only service is tested with a worker of its own. */
let worker: TestWorker;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-python-isolation-'));
  worker = await startPython('numpy', 'matplotlib.pyplot');
});
after(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true });
});

/** A call that changes something, and an expression that must be what it was before. */
const isolated: [what: string, change: string, observe: string][] = [
  ['assignment', 'y = 1', '"y" in globals()'],
  ['assignment through global', 'def f():\n    global g\n    g = 5\nf()', 'g'],
  ['assignment from a function of initCode', 'bump()', 'g'],
  ['deletion', 'del g', 'g'],
  [
    'names of the interpreter',
    'import builtins; builtins.leak = 1; builtins.print = None',
    '(print, "leak" in dir(builtins))',
  ],
  [
    'environment variables',
    'os.environ["LEAK"] = "1"; os.environ.pop("LANG")',
    '(os.getenv("LEAK"), os.getenv("LANG"))',
  ],
  ['the working directory', 'os.mkdir("d"); os.chdir("d")', '(os.getcwd(), os.listdir("."))'],
  [
    'a removed working directory',
    'import shutil; os.chdir("/"); os.mkdir(home + "/x"); shutil.rmtree(home + "/x")',
    'os.getcwd()',
  ],
  ['sys.path', 'sys.path.append("/leak")', 'sys.path'],
  ['imported modules', 'import colorsys; colorsys.leak = 1', '"colorsys" in sys.modules'],
  ['modules of its own', 'open("own.py", "w").write("x = 1"); import own', '"own" in sys.modules'],
  ['imported submodules', 'import xml.sax.handler', '(any("xml.sax" in m for m in sys.modules))'],
  ['files', 'open("f", "w").write("x"); os.mkdir("e"); open("e/f", "w")', 'sorted(os.listdir("."))'],
  ['hidden files', 'open(".f", "w").write("x")', 'os.listdir(".")'],
  [
    'closed folders',
    'os.makedirs("c/d"); open("c/d/f", "w"); os.chmod("c/d", 0); os.chmod("c", 0); os.chmod(".", 0o500)',
    '(os.listdir("."), os.access(".", os.W_OK))',
  ],
  ['links', 'os.symlink("/etc", "l")', 'os.listdir(".")'],
  [
    'temporary files',
    'import tempfile; open(os.path.join(tempfile.gettempdir(), "t"), "w")',
    'os.listdir(os.environ["TMPDIR"])',
  ],
  [
    'warning filters',
    'import warnings; warnings.simplefilter("error")',
    '(len(warnings.filters), warnings.filters[0])',
  ],
  [
    'streams',
    'import io; sys.stdout = io.StringIO(); sys.stderr.close()',
    '(sys.stdout is sys.__stdout__, sys.stderr.closed)',
  ],
  [
    'descriptors of the console',
    'os.close(1); os.open("/dev/null", os.O_WRONLY)',
    'os.fstat(1).st_ino == os.fstat(2).st_ino',
  ],
  [
    'signal handlers',
    'import signal; signal.signal(signal.SIGTERM, lambda *a: 0); signal.alarm(100)',
    '(signal.getsignal(signal.SIGTERM), signal.alarm(0))',
  ],
  [
    'numpy settings',
    'import numpy; numpy.seterr(all="raise"); numpy.set_printoptions(precision=2)',
    '(numpy.geterr(), numpy.get_printoptions()["precision"])',
  ],
  ['the locale', 'import locale; locale.setlocale(locale.LC_ALL, "C")', 'locale.setlocale(locale.LC_ALL)'],
  ['the recursion limit', 'sys.setrecursionlimit(5000)', 'sys.getrecursionlimit()'],
  ['trace functions', 'sys.setprofile(lambda *a: None)', 'sys.getprofile()'],
  ['figures', 'import matplotlib.pyplot as plt; plt.plot([1])', 'plt.get_fignums()'],
  [
    'open files',
    'keep = [open("/dev/null") for _ in range(3)]; keep.append(keep)',
    'len(os.listdir("/proc/self/fd"))',
  ],
];
for (const [what, change, observe] of isolated)
  test(`what a call does to ${what} is invisible to the next`, async () => {
    const call = await loadService(worker, {
      initCode: `import os, sys, builtins, signal, warnings, numpy, locale, matplotlib.pyplot as plt
home = os.getcwd()
g = 0
def bump():
    global g
    g += 1`,
      code: `if change:\n    exec(change, globals())\nx = repr(${observe})`,
      inputs: { change: 'character' },
      outputs: { x: 'character' },
    });
    const ask = (text: string) => call(JSON.stringify({ change: text }));
    const first = outputsOf(await ask(''), { x: 'character' });
    await ask(change);
    assert.equal(outputsOf(await ask(''), { x: 'character' }), first);
  });

test('settings of initCode hold for every call', async (context) => {
  const worker = await startPython('numpy');
  context.after(() => worker.stop());
  const call = await loadService(worker, {
    initCode: `import locale, numpy, os, signal, warnings
numpy.seterr(divide="raise"); locale.setlocale(locale.LC_ALL, "C"); signal.signal(signal.SIGUSR1, signal.SIG_IGN)
warnings.simplefilter("ignore"); os.environ["SET"] = "1"`,
    code: `x = [numpy.geterr()["divide"], locale.setlocale(locale.LC_ALL), signal.getsignal(signal.SIGUSR1).name, os.environ["SET"]]
numpy.seterr(divide="ignore"); locale.setlocale(locale.LC_ALL, "C.UTF-8"); signal.signal(signal.SIGUSR1, signal.SIG_DFL)`,
    outputs: { x: 'vector' },
  });
  for (let i = 0; i < 2; i++)
    assert.equal(outputsOf(await call(), { x: 'vector' }), '{"x":["raise","C","SIG_IGN","1"]}');
});

test('a call that fails leaves as little behind', async (context) => {
  const worker = await startPython();
  context.after(() => worker.stop());
  const call = await loadService(worker, {
    code: 'seen = "y" in globals() or "f" in __import__("os").listdir(".")\ny = 1\nopen("f", "w")\n1 / 0',
  });
  for (let i = 0; i < 2; i++)
    assert.equal(failed(await call()).message, 'ZeroDivisionError: division by zero');
  assert.deepEqual(readdirSync(worker.directory), []);
});

test('random numbers are fresh in each call, seeded or not', async () => {
  const outputs: Record<string, WireType> = { a: 'numeric', b: 'numeric' };
  const draw = 'import random, numpy\na = random.random(); b = numpy.random.random()';
  for (const service of [
    { code: `${draw}\nrandom.seed(1); numpy.random.seed(1)`, outputs },
    { initCode: 'import random, numpy\nrandom.seed(1); numpy.random.seed(1)', code: draw, outputs },
  ]) {
    const call = await loadService(worker, service);
    const drawn = [
      outputsOf(await call(), outputs),
      outputsOf(await call(), outputs),
      outputsOf(await call(), outputs),
    ];
    assert.equal(new Set(drawn.flatMap((text) => Object.values(JSON.parse(text)))).size, 6);
  }
});

test('seeding works within a call', async () => {
  const outputs: Record<string, WireType> = { a: 'numeric', b: 'numeric' };
  const call = await loadService(worker, {
    code: 'import random, numpy\nrandom.seed(7); numpy.random.seed(7)\na = random.random(); b = numpy.random.random()',
    outputs,
  });
  assert.equal(outputsOf(await call(), outputs), outputsOf(await call(), outputs));
});

test('files of the snapshot are there in every call, whatever the one before did to them', async (context) => {
  const worker = await startPython();
  context.after(() => worker.stop());
  const files = join(folder, 'files');
  mkdirSync(join(files, 'sub'), { recursive: true });
  writeFileSync(join(files, 'data.csv'), 'a,b\n');
  writeFileSync(join(files, 'sub', 'model.txt'), 'model');
  writeFileSync(join(files, 'helper.py'), 'def twice(x):\n    return 2 * x\n');
  const call = await loadService(worker, {
    files,
    initCode: 'import os, shutil, helper\nopen("made-by-init", "w").write("i")',
    code: `seen = [open("data.csv").read(), open("sub/model.txt").read(), open("made-by-init").read(), sorted(os.listdir(".")), helper.twice(4)]
if damage:
    open("data.csv", "a").write("more"); shutil.rmtree("sub"); os.unlink("made-by-init"); os.mkdir("made-by-init")`,
    inputs: { damage: 'logical' },
    outputs: { seen: 'vector' },
  });
  const seen = '{"seen":["a,b\\n","model","i",["data.csv","helper.py","made-by-init","sub"],8]}';
  for (const damage of [true, true, false]) {
    const reply = done(await call(JSON.stringify({ damage })));
    assert.equal(outputsOf(reply, { seen: 'vector' }), seen);
    assert.deepEqual(reply.changedFiles, damage ? ['data.csv'] : []);
  }
  assert.deepEqual(readdirSync(files).sort(), ['data.csv', 'helper.py', 'sub']);
});
