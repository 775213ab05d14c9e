import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silentLogger } from '../../lib/logger.ts';
import { fixtureLauncher } from '../fixtures/fixture-launcher.ts';
import { testSettings } from '../fixtures/test-runtimes.ts';
import type { JobEnd } from '../job.ts';
import { startWorker } from '../start-worker.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { openWorkshop } from '../workshop.ts';
import { chooseSandbox } from './choose.ts';
import { none } from './none.ts';
import type { Sandbox } from './sandbox.ts';
import { setpriv } from './setpriv.ts';

const root = process.getuid?.() === 0;
const firstUid = 60807;

/** Runs code in a worker and gives what it put into `answer`, or the error. */
const ask = (worker: WorkerProcess, code: string): Promise<string> =>
  new Promise((resolve) => {
    worker.send({ kind: 'execute', code, inputs: [], outputs: ['answer'] }, (end: JobEnd) => {
      if (end.kind !== 'reply') resolve(end.kind);
      else if (end.reply.kind === 'failed') resolve(`failed: ${end.reply.message}`);
      else {
        const [output] = end.reply.outputs;
        resolve(output?.shape === 'scalar' ? String(output.vector.values[0]) : '');
      }
    });
  });

interface Scene {
  workDir: string;
  secret: string;
  one: WorkerProcess;
  other: WorkerProcess;
}

async function stage(choose: (workDir: string) => Sandbox | Promise<Sandbox>): Promise<Scene> {
  const workDir = mkdtempSync(join(tmpdir(), 'plinth-sandbox-'));
  chmodSync(workDir, 0o711);
  const secret = join(workDir, 'secret');
  writeFileSync(secret, 'secret', { mode: 0o600 });
  const { Limits } = testSettings(workDir);
  const workshop = openWorkshop(workDir, await choose(workDir), Limits, silentLogger);
  const [one, other] = await Promise.all([
    startWorker(fixtureLauncher({ environment: { GIVEN: 'yes' } }), workshop),
    startWorker(fixtureLauncher(), workshop),
  ]);
  return { workDir, secret, one, other };
}

async function strike({ workDir, one, other }: Scene): Promise<void> {
  one.kill();
  other.kill();
  await Promise.all([one.gone, other.gone]);
  rmSync(workDir, { recursive: true });
}

const attempt = (statement: string): string =>
  `import os, socket\ntry:\n  ${statement}\n  answer = 'allowed'\nexcept OSError as error:\n  answer = 'refused'`;

const sandboxes: { name: string; choose: (workDir: string) => Sandbox | Promise<Sandbox> }[] = [
  {
    name: 'bubblewrap',
    choose: (workDir) =>
      chooseSandbox({ mode: 'sandbox', network: false, firstUid, uids: 8, workDir, root }, silentLogger),
  },
  {
    name: 'setpriv',
    choose: () => setpriv({ setpriv: '/usr/bin/setpriv', prlimit: '/usr/bin/prlimit', firstUid }),
  },
];

/** Why a sandbox cannot be tested here, or false. */
async function obstacle(name: string): Promise<string | false> {
  if (root) return false;
  if (name === 'setpriv') return 'only root can give user ids to workers';
  const workDir = mkdtempSync(join(tmpdir(), 'plinth-sandbox-'));
  const { kind } = await chooseSandbox(
    { mode: 'sandbox', network: false, firstUid, uids: 1, workDir, root },
    silentLogger,
  );
  rmSync(workDir, { recursive: true });
  return kind === name ? false : `${name} does not work for an unprivileged user on this machine`;
}

const obstacles = new Map(
  await Promise.all(sandboxes.map(async ({ name }) => [name, await obstacle(name)] as const)),
);

for (const { name, choose } of sandboxes)
  describe(`user code under ${name}`, { skip: obstacles.get(name) ?? false }, () => {
    let scene: Scene;
    before(async () => {
      scene = await stage(choose);
    });
    after(() => strike(scene));
    const refused = async (statement: string) =>
      assert.equal(await ask(scene.one, attempt(statement)), 'refused', statement);

    test('runs under an unprivileged user id of its own', { skip: root ? false : 'needs root' }, async () => {
      const ids = await Promise.all(
        [scene.one, scene.other].map((worker) =>
          ask(worker, 'import os\nanswer = f"{os.getuid()} {os.getgid()} {os.getgroups()}"'),
        ),
      );
      for (const text of ids) {
        const [, uid, gid] = /^(\d+) (\d+) \[\]$/.exec(text) ?? [];
        assert.ok(uid !== undefined && uid === gid && Number(uid) >= firstUid, text);
      }
      assert.notEqual(ids[0], ids[1]);
    });

    test('reads neither a file of the node nor its environment nor a shadow file', async () => {
      for (const path of [scene.secret, `/proc/${process.pid}/environ`, '/etc/shadow'])
        await refused(`open(${JSON.stringify(path)}).read()`);
    });

    test("reads nothing of another worker's folder and cannot signal its process", async () => {
      const { folder } = scene.other;
      for (const path of [folder.work, folder.temporary, folder.scratch, scene.workDir])
        await refused(`os.listdir(${JSON.stringify(path)})`);
      await refused(`open(${JSON.stringify(folder.requests)}, 'wb')`);
      await refused(`os.kill(${scene.other.process.interpreter}, 9)`);
    });

    test('gets exactly the environment and the descriptors it was given', async () => {
      const names = await ask(scene.one, 'import os\nanswer = " ".join(sorted(os.environ))');
      assert.equal(names.replace(/ LC_CTYPE| PWD/g, ''), 'GIVEN HOME TMPDIR');
      const open = await ask(
        scene.one,
        'import os\nanswer = " ".join(os.path.basename(os.readlink(f"/proc/self/fd/{n}")) for n in range(10) if os.path.exists(f"/proc/self/fd/{n}"))',
      );
      assert.equal(open, 'null console console requests replies');
    });

    test('writes in its own folders and nowhere else', async () => {
      // Without a file system of its own, what every user of the machine may write stays open, as /tmp does.
      const everybodys = (path: string) => name === 'setpriv' && (statSync(path).mode & 0o002) !== 0;
      const shown = name === 'bubblewrap' ? ['/worker', '/worker/io'] : [];
      const outside = ['/', '/usr', '/etc', '/dev', '/var/tmp', scene.workDir];
      for (const path of [...outside.filter((path) => !everybodys(path)), ...shown])
        await refused(`open(${JSON.stringify(join(path, 'planted'))}, 'w')`);
      await refused(`os.rename(os.environ['TMPDIR'], os.environ['TMPDIR'] + '2')`);
      for (const path of ["os.getcwd() + '/x'", "os.environ['TMPDIR'] + '/x'"])
        assert.equal(await ask(scene.one, attempt(`open(${path}, 'w').write('x')`)), 'allowed', path);
    });

    test('is bounded in memory, processes and file size', async () => {
      assert.match(await ask(scene.one, 'answer = len(bytearray(2 * 1024 ** 3))'), /^failed/);
      const forks = `import os, signal
children = []
try:
  while len(children) < 100:
    child = os.fork()
    if child == 0:
      signal.pause()
    children.append(child)
  answer = 'unbounded'
except OSError:
  answer = 'bounded'
for child in children:
  os.kill(child, 9)
  os.waitpid(child, 0)`;
      assert.equal(await ask(scene.one, forks), 'bounded');
      assert.equal(
        await ask(scene.one, attempt("os.truncate(open('big', 'w').name, 2 * 1024 ** 3)")),
        'refused',
      );
    });
  });

describe('under bubblewrap besides', { skip: obstacles.get('bubblewrap') ?? false }, () => {
  let scene: Scene;
  before(async () => {
    scene = await stage(sandboxes[0]!.choose);
  });
  after(() => strike(scene));

  test('no other process is seen', async () => {
    const seen = await ask(
      scene.one,
      'import os\nanswer = len([name for name in os.listdir("/proc") if name.isdigit()])',
    );
    assert.equal(seen, '2');
  });

  test('the loopback network of the node is out of reach', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      const statement = `socket.create_connection(('127.0.0.1', ${port}), 1)`;
      assert.equal(await ask(scene.one, attempt(statement)), 'refused');
    } finally {
      server.close();
    }
  });

  test('/tmp and /dev/shm are the temporary folder', async () => {
    const seen = await ask(
      scene.one,
      "import os\nopen('/tmp/left', 'w').close()\nanswer = 'left' in os.listdir('/dev/shm')",
    );
    assert.equal(seen, 'True');
  });

  test('accounts of the host are not shown, its own has a name', async () => {
    const text = await ask(scene.one, "answer = open('/etc/passwd').read()");
    assert.ok(!text.includes('root') && text.includes(`:${root ? firstUid : process.getuid?.()}:`), text);
  });
});

describe('what outlives the interpreter', () => {
  for (const { name, choose } of sandboxes)
    test(`processes that left the group end with the worker under ${name}`, {
      skip: obstacles.get(name) ?? false,
    }, async () => {
      const scene = await stage(choose);
      const mark = `mark-${process.pid}-${name}`;
      try {
        const script = JSON.stringify(['/bin/sh', '-c', `echo up; sleep 1000; : ${mark}`]);
        const started = await ask(
          scene.one,
          `import subprocess\nchild = subprocess.Popen(${script}, stdout=subprocess.PIPE, start_new_session=True)\nanswer = child.stdout.readline()`,
        );
        assert.match(started, /up/);
        assert.ok(countProcesses(mark) > 0);
      } finally {
        await strike(scene);
      }
      assert.equal(countProcesses(mark), 0);
    });
});

/** Processes of this machine with the mark in their command line. */
const countProcesses = (mark: string): number =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name).includes(mark)).length;

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

test('an unknown mode is refused with the name of the setting', async () => {
  await assert.rejects(
    chooseSandbox(
      { mode: 'jail', network: false, firstUid, uids: 1, workDir: '/nowhere', root },
      silentLogger,
    ),
    { code: 'InvalidRequest', fields: 'Isolation.Mode' },
  );
});

test('without a sandbox, kernel limits still hold', async () => {
  const scene = await stage(() => none({ prlimit: '/usr/bin/prlimit' }));
  try {
    assert.match(await ask(scene.one, 'answer = len(bytearray(2 * 1024 ** 3))'), /^failed/);
  } finally {
    await strike(scene);
  }
});

test('a program installed below /tmp runs, although every worker has a /tmp of its own', async () => {
  const workDir = mkdtempSync(join(tmpdir(), 'plinth-sandbox-'));
  const installedIn = mkdtempSync('/tmp/plinth-program-');
  chmodSync(installedIn, 0o755);
  cpSync(join(import.meta.dirname, '../fixtures/worker.py'), join(installedIn, 'worker.py'));
  const sandbox = await chooseSandbox(
    { mode: 'sandbox', network: false, firstUid, uids: 8, workDir, root },
    silentLogger,
  );
  const workshop = openWorkshop(workDir, sandbox, testSettings(workDir).Limits, silentLogger);
  const worker = await startWorker(fixtureLauncher({ installedIn }), workshop);
  assert.equal(await ask(worker, "answer = 'ran'"), 'ran');
  worker.kill();
  await worker.gone;
  for (const folder of [workDir, installedIn]) rmSync(folder, { recursive: true });
});
