import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeName } from '../contracts/data-types.ts';
import type { NamedInput } from '../contracts/values.ts';
import {
  context,
  openTestRuntimes,
  service,
  type TestRuntimes,
  until,
  useLimits,
} from './fixtures/test-runtimes.ts';
import type { Launcher } from './launcher.ts';
import { detectPython } from './python/launch.ts';
import { detectR } from './r/launch.ts';
import type { Outcome } from './runtime.ts';

interface Language {
  name: RuntimeName;
  detect(): Promise<Launcher | null>;
  double: string;
  loop: string;
  flood: string;
  die: string;
  /** Looks for what an earlier call left, then leaves it. */
  litter: string;
  assign: string;
}

const languages: Language[] = [
  {
    name: 'R',
    detect: () => detectR({ Enabled: true, Path: '' }),
    double: 'answer <- x * 2; cat("doubled\\n")',
    loop: 'repeat {}',
    flood: 'text <- strrep("x", 1e6); for (n in 1:100) cat(text, "\\n"); answer <- 1',
    die: 'if (x == 2) tools::pskill(Sys.getpid(), 9); answer <- x',
    litter:
      'answer <- length(list.files("/tmp", "left")) + length(list.files("."))\nfor (f in c("/tmp/left", "left")) writeLines("x", f)',
    assign: 'x <- 20 + 1',
  },
  {
    name: 'Python',
    detect: () => detectPython({ Enabled: true, Path: '', Preload: [] }),
    double: 'answer = x * 2; print("doubled")',
    loop: 'while True: pass',
    flood: 'for n in range(100): print("x" * 1_000_000)\nanswer = 1',
    die: 'import os\nif x == 2: os.kill(os.getpid(), 9)\nanswer = x',
    litter:
      'import os\nanswer = os.listdir("/tmp").count("left") + len(os.listdir("."))\nfor f in ("/tmp/left", "left"): open(f, "w").close()',
    assign: 'x = 20 + 1',
  },
];

const number = (name: string, value: number): NamedInput => ({
  name,
  value: { shape: 'scalar', vector: { kind: 'double', values: Float64Array.of(value) } },
});

const value = (outcome: Outcome): number | string => {
  if (!outcome.ok) return outcome.errorMessage;
  const [output] = outcome.outputs;
  return output !== undefined && 'vector' in output ? Number(output.vector.values[0]) : 'nothing';
};

for (const language of languages)
  describe(`a real ${language.name}`, () => {
    let t: TestRuntimes;
    const call = (code: string, x: number, signal?: AbortSignal) =>
      t.runtimes.call(
        service(code, {
          runtime: language.name,
          inputs: [{ name: 'x', type: 'numeric' }],
          outputs: [{ name: 'answer', type: 'numeric' }],
        }),
        [number('x', x)],
        context(signal),
      );
    before(async () => {
      const launcher = await language.detect();
      assert.ok(launcher !== null, `${language.name} is not installed`);
      const limits = { ...useLimits, Memory: 4 * 1024 ** 3 };
      t = await openTestRuntimes({
        launcher,
        pool: { InitialSize: 1, WorkersPerService: 1 },
        limits: { Call: limits, Session: limits, InterruptGrace: 2000 },
      });
    });
    after(() => t[Symbol.asyncDispose]());

    test('answers calls', async () => {
      const outcomes = await Promise.all([1, 2, 3].map((x) => call(language.double, x)));
      assert.deepEqual(outcomes.map(value), [2, 4, 6]);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.consoleOutput),
        Array(3).fill('doubled\n'),
      );
    });

    test('finds nothing of the call before, neither in /tmp nor in its working directory', async () => {
      assert.equal(value(await call(language.litter, 0)), 0);
      assert.equal(value(await call(language.litter, 0)), 0);
    });

    test('stops an endless loop and serves on in the same interpreter', async () => {
      const abort = new AbortController();
      const endless = call(language.loop, 0, abort.signal);
      await until(() => t.runtimes.health()[language.name]?.activeShellCount === 1);
      const size = t.runtimes.health()[language.name]?.currentPoolSize;
      abort.abort('enough');
      await assert.rejects(endless, (reason) => reason === 'enough');
      await until(() => t.runtimes.health()[language.name]?.activeShellCount === 0);
      assert.equal(t.runtimes.health()[language.name]?.currentPoolSize, size);
    });

    test('loses one call when it is killed and answers those behind it', async () => {
      await call(language.die, 0);
      const results = await Promise.allSettled([1, 2, 3, 4].map((x) => call(language.die, x)));
      assert.deepEqual(
        results.map((result) => (result.status === 'fulfilled' ? value(result.value) : result.reason.code)),
        [1, 'InterpreterLost', 3, 4],
      );
    });

    test('prints 100 MB without harm', async () => {
      const outcome = await call(language.flood, 0);
      assert.equal(value(outcome), 1);
      assert.ok(outcome.consoleOutput.length < 11_000, `${outcome.consoleOutput.length} characters`);
    });

    test('keeps a session, its objects and its workspace', async () => {
      const session = await t.runtimes.openSession(
        { id: 's', runtime: language.name, owner: 'ada' },
        context(),
      );
      assert.equal(value(await session.execute(language.assign, [], ['x'], context())), 21);
      const endless = session.execute(language.loop, [], [], context());
      await delay(100);
      await session.cancel();
      assert.equal((await endless).ok, false);
      const file = session.scratchFile('workspace');
      await session.saveWorkspace(file);
      await session.removeObject('x');
      assert.deepEqual(await session.listObjects(), []);
      await session.loadWorkspace(file);
      assert.deepEqual(await session.listObjects(), ['x']);
      await session.close({ force: false });
    });
  });
