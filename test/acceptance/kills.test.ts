/** kill -9 under load: what clients see when an interpreter or a node dies, and that all of it comes back by itself. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { inBoth, publishBody, type RuntimeName, runtimes } from '../support/platform.ts';
import { until } from '../support/until.ts';
import { type OwnHome, ownHome, password, passwords } from './cli/own-home.ts';

let home: OwnHome;
let client: HttpClient;

before(async () => {
  home = await ownHome();
  const { code, stderr } = await home.plinth(['admin', 'node', 'setup', '--onebox', ...passwords]);
  assert.equal(code, 0, stderr);
  const login = await httpClient(home.webUrl).post('/login', { username: 'admin', password });
  client = httpClient(home.webUrl, login.json<{ access_token: string }>().access_token);
  for (const runtime of runtimes)
    assert.equal((await client.post(`/services/nap-${runtime}/v1`, napping(runtime))).status, 201);
});
after(() => home?.[Symbol.asyncDispose]());

/** Adds one after 20 ms, so that at any moment calls are running. */
const napping = (runtime: RuntimeName): object =>
  publishBody({
    code: inBoth(
      { R: 'Sys.sleep(0.02); y <- x + 1', Python: 'import time\ntime.sleep(0.02)\ny = x + 1' },
      runtime,
    ),
    runtimeType: runtime,
    inputs: { x: 'numeric' },
    outputs: { y: 'numeric' },
  });

interface Load extends AsyncDisposable {
  /** How often each outcome was seen: a status with its exception type, or the code of a broken connection. */
  seen: Map<string, number>;
  wrong: string[];
  stop(): Promise<void>;
}

/** Calls the services of both runtimes from eight clients until told to stop. */
function startLoad(): Load {
  const load: Load = { seen: new Map(), wrong: [], stop, [Symbol.asyncDispose]: stop };
  let going = true;
  const callers = Array.from({ length: 8 }, async (_, index) => {
    const api = `/api/nap-${runtimes[index % runtimes.length]}/v1`;
    for (let x = index; going; x += 8) {
      const outcome = await call(api, x, load.wrong);
      load.seen.set(outcome, (load.seen.get(outcome) ?? 0) + 1);
    }
  });
  async function stop(): Promise<void> {
    going = false;
    await Promise.all(callers);
  }
  return load;
}

async function call(api: string, x: number, wrong: string[]): Promise<string> {
  try {
    const answer = await client.post(api, { x });
    const body = answer.json<{ exceptionType?: string; outputParameters?: { y: number } }>();
    if (answer.status === 200 && body.outputParameters?.y !== x + 1) wrong.push(answer.text);
    return answer.status === 200 ? '200' : `${answer.status} ${body.exceptionType}`;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    if (cause?.code === undefined) throw error;
    return cause.code;
  }
}

const succeeded = ({ seen }: Load): number => seen.get('200') ?? 0;

/** Waits until so many calls more have succeeded. */
async function moreSuccesses(load: Load, count: number): Promise<void> {
  const goal = succeeded(load) + count;
  await until(`${count} more calls succeed`, () => succeeded(load) >= goal, 60_000);
}

const describe = ({ seen }: Load): string =>
  [...seen].map(([outcome, count]) => `${outcome}: ${count}`).join(', ');

/** Processes below a node whose executable is that of a runtime. */
function interpreters(node: number, executable: RegExp): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = readOrEmpty(`/proc/${name}/stat`).split(') ')[1]?.split(' ');
    if (fields !== undefined) parents.set(Number(name), Number(fields[1]));
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === node || below(parent));
  };
  return [...parents.keys()].filter(
    (pid) => executable.test(readOrEmpty(`/proc/${pid}/cmdline`).split('\0')[0] ?? '') && below(pid),
  );
}

/** Processes end while they are looked at. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const isAlive = (pid: number): boolean => readOrEmpty(`/proc/${pid}/stat`) !== '';

async function nodePid(name: string): Promise<number> {
  const row = (await home.nodes()).find((node) => node.name === name);
  assert.ok(row?.pid, `${name} runs`);
  return row.pid;
}

/** What the load keeps busy. */
const executables: Record<RuntimeName, RegExp> = { R: /\/exec\/R$/, Python: /\/python3(\.\d+)?$/ };

for (const runtime of runtimes)
  test(`every ${runtime} interpreter killed under load: each fails the call it ran and no other`, async (t) => {
    await using load = startLoad();
    await moreSuccesses(load, 40);
    const killed = interpreters(await nodePid('computenode'), executables[runtime]);
    assert.notEqual(killed.length, 0);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await moreSuccesses(load, 100);
    await load.stop();
    t.diagnostic(`${killed.length} interpreters killed; clients saw ${describe(load)}`);
    assert.deepEqual(load.wrong, []);
    const lost = load.seen.get('500 InterpreterLostException') ?? 0;
    assert.ok(lost <= killed.length, `${lost} calls lost`);
    assert.deepEqual(
      [...load.seen.keys()].filter((outcome) => !/^(200|500 InterpreterLostException)$/.test(outcome)),
      [],
    );
  });

test('the compute node killed under load: running calls 500, new ones 503, then all is well again', async (t) => {
  await using load = startLoad();
  await moreSuccesses(load, 40);
  const before = await nodePid('computenode');
  const orphans = Object.values(executables).flatMap((executable) => interpreters(before, executable));
  assert.notEqual(orphans.length, 0);
  process.kill(before, 'SIGKILL');
  await until('Calls fail', () => load.seen.size > 1);
  await moreSuccesses(load, 100);
  await load.stop();
  t.diagnostic(`clients saw ${describe(load)}`);
  assert.deepEqual(load.wrong, []);
  for (const outcome of load.seen.keys())
    assert.match(
      outcome,
      /^(200|500 InterpreterLostException|503 BackEndBusyException|503 ServiceBusyException)$/,
    );
  assert.notEqual(await nodePid('computenode'), before);
  assert.deepEqual(orphans.filter(isAlive), [], 'no interpreter outlives its node');
});

test('the web node killed under load: connections break, then tokens and services are as before', async (t) => {
  await using load = startLoad();
  await moreSuccesses(load, 40);
  const before = await nodePid('webnode');
  process.kill(before, 'SIGKILL');
  await until('Connections break', () => load.seen.size > 1);
  await moreSuccesses(load, 100);
  await load.stop();
  t.diagnostic(`clients saw ${describe(load)}`);
  assert.deepEqual(load.wrong, []);
  for (const outcome of load.seen.keys())
    assert.match(outcome, /^(200|ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET|503 \w+)$/);
  assert.notEqual(await nodePid('webnode'), before);
});
