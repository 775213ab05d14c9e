import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertError, assertStatus } from '../support/http-client.ts';
import {
  type ExecuteResult,
  inBoth,
  openSession,
  runtimes,
  signedIn,
  uniqueName,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

interface Session {
  id: string;
  name: string;
  owner: string;
  runtimeType: string;
}

test('rest-76: {} opens an R session with a name of 15 letters and digits', async () => {
  const client = await signedIn();
  const answer = assertStatus(await client.post('/sessions', {}), 201);
  const { sessionId } = answer.json<{ sessionId: string }>();
  assert.match(sessionId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(answer.headers.get('location'), `/sessions/${sessionId}`);
  const own = (await client.get('/sessions')).json<Session[]>().find(({ id }) => id === sessionId);
  assert.match(own?.name ?? '', /^[A-Za-z0-9]{15}$/);
  assert.deepEqual({ ...own, name: '' }, { id: sessionId, name: '', owner: 'admin', runtimeType: 'R' });
  assertStatus(await client.delete(`/sessions/${sessionId}`), 200);
});

test('rest-76: runtimeType and name are honoured, Julia is 400', async () => {
  const client = await signedIn();
  const name = uniqueName('mine');
  await using session = await openSession(client, 'Python', { name, runtimeType: 'python' });
  const own = (await client.get('/sessions')).json<Session[]>().find(({ id }) => id === session.id);
  assert.deepEqual(own, { id: session.id, name, owner: 'admin', runtimeType: 'Python' });
  assert.equal(
    assertError(await client.post('/sessions', { runtimeType: 'Julia' }), 400).fields,
    'runtimeType',
  );
  const unknown = '00000000-0000-4000-8000-000000000000';
  assertError(await client.post('/sessions', { snapshotId: unknown }), 404);
  const empty = await client.request('POST', '/sessions', {
    headers: { 'Content-Type': 'application/json' },
  });
  assertStatus(await client.delete(`/sessions/${empty.json<{ sessionId: string }>().sessionId}`), 200);
});

for (const runtime of runtimes) {
  const pick = <T>(variants: { R: T; Python: T }): T => inBoth(variants, runtime);

  test(`rest-77: ${runtime} shows values as at a prompt, keeps variables, and remembers what was submitted`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    const first = pick({ R: 'x <- 2; x + 3', Python: 'x = 2; x + 3' });
    const second = pick({ R: 'y <- x * 10\ny', Python: 'y = x * 10\ny' });
    assert.match((await session.run(first)).consoleOutput, pick({ R: /\[1\] 5/, Python: /5/ }));
    assert.match((await session.run(second)).consoleOutput, /20/);
    await session.execute('stop(');
    const history = assertStatus(await session.request('GET', '/history'), 200);
    assert.deepEqual(history.json(), [first, second, 'stop(']);
    assertError(await session.request('POST', '/execute', { json: {} }), 400);
    assertStatus(await session.request('POST', '/execute', { json: { code: '' } }), 200);
  });

  test(`rest-78: ${runtime} gets inputs and gives outputs in the encoding of sessions`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    const { outputParameters } = await session.run(
      pick({
        R: 'res <- paste0("n", mynum); frame <- data.frame(a = 1:2)',
        Python: 'res = f"n{mynum}"\nframe = [1, 2]',
      }),
      { inputParameters: [{ name: 'mynum', value: 37 }], outputParameters: ['res', 'frame', 'mynum'] },
    );
    assert.deepEqual(
      outputParameters,
      pick<unknown>({
        R: [
          { name: 'res', value: ['n37'] },
          { name: 'frame', value: { a: [1, 2] } },
          { name: 'mynum', value: [37] },
        ],
        Python: [
          { name: 'res', value: 'n37' },
          { name: 'frame', value: [1, 2] },
          { name: 'mynum', value: 37 },
        ],
      }),
    );
    const missing = await session.execute('1', { outputParameters: ['nowhere'] });
    assert.equal(missing.success, false);
    assert.match(missing.errorMessage, /nowhere/);
  });

  test(`rest-79: an error in ${runtime} code is 200 with success false, and the session goes on`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    const failed = await session.execute(
      pick({
        R: 'x <- 1; print("before"); stop("oh no"); x <- 2',
        Python: 'x = 1\nprint("before")\nraise ValueError("oh no")\nx = 2',
      }),
    );
    assert.equal(failed.success, false);
    assert.match(failed.errorMessage, /oh no/);
    assert.match(failed.consoleOutput, /before/);
    const after = await session.run('x', { outputParameters: ['x'] });
    assert.deepEqual(after.outputParameters, [{ name: 'x', value: pick<unknown>({ R: [1], Python: 1 }) }]);
  });

  test(`rest-80: the console of a running ${runtime} loop grows; cancel ends it and the next code runs`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    const loop = session.execute(
      pick({
        R: 'kept <- 1; for (i in 1:600) { cat("step", i, "\\n"); Sys.sleep(0.1) }',
        Python:
          'import time\nkept = 1\nfor i in range(600):\n    print("step", i, flush=True)\n    time.sleep(0.1)',
      }),
    );
    const console = async (): Promise<string> =>
      (await session.request('GET', '/console-output')).json<{ consoleOutput: string }>().consoleOutput;
    const early = await until('The loop prints', async () => {
      const text = await console();
      return text.includes('step') && text;
    });
    await until('The console grows', async () => (await console()).length > early.length);
    // Java clients send an empty body typed as JSON.
    const headers = { 'Content-Type': 'application/json' };
    assertStatus(await session.request('POST', '/cancel', { headers }), 200);
    const interrupted = await loop;
    assert.equal(interrupted.success, false);
    const { outputParameters } = await session.run('kept', { outputParameters: ['kept'] });
    assert.deepEqual(outputParameters, [{ name: 'kept', value: pick<unknown>({ R: [1], Python: 1 }) }]);
    assertStatus(await session.request('POST', '/cancel'), 200);
    await session.run('kept');
  });

  test(`rest-87: a closed ${runtime} session is 404 from then on`, async () => {
    const session = await openSession(await signedIn(), runtime);
    const closed = assertStatus(await session.request('DELETE', ''), 200);
    assert.equal(typeof closed.json<unknown>(), 'string');
    assertError(await session.request('DELETE', ''), 404);
    assertError(await session.request('DELETE', '/force'), 404);
    assertError(await session.request('GET', '/history'), 404);
    assertError(await session.request('POST', '/execute', { json: { code: '1' } }), 404);
  });

  test(`rest-87: force ends a hung ${runtime} session, and what it has started, within seconds`, async () => {
    const session = await openSession(await signedIn(), runtime);
    const marker = `31${Date.now() % 1_000_000}`;
    const hung = session.request('POST', '/execute', {
      json: {
        code: pick({
          R: `system("sleep ${marker}", wait = FALSE); while (TRUE) tryCatch(Sys.sleep(1), interrupt = function(e) NULL)`,
          Python: `import subprocess, time\nsubprocess.Popen(["sleep", "${marker}"])\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass`,
        }),
      },
    });
    await until('The child process runs', () => isRunning(marker));
    const start = performance.now();
    assertStatus(await session.request('DELETE', '/force'), 200);
    await until('The child process is gone', () => !isRunning(marker), 5_000);
    assert.ok((await hung).status >= 400);
    assert.ok(performance.now() - start < 5_000);
    assertError(await session.request('GET', '/history'), 404);
  });

  test(`rest-88: when the ${runtime} process is killed, every call is 410, close is 200, then 404`, async () => {
    const client = await signedIn();
    const session = await openSession(client, runtime);
    const died = await session.request('POST', '/execute', {
      json: {
        code: pick({
          R: 'tools::pskill(Sys.getpid(), 9); Sys.sleep(10)',
          Python: 'import os\nos.kill(os.getpid(), 9)',
        }),
      },
    });
    assertError(died, 410);
    assertError(await session.request('GET', '/workspace'), 410);
    assertError(await session.request('GET', '/files'), 410);
    assertError(await session.request('POST', '/execute', { json: { code: '1' } }), 410);
    const listed = (await client.get('/sessions')).json<Session[]>().map(({ id }) => id);
    assert.ok(!listed.includes(session.id));
    assertStatus(await session.request('DELETE', ''), 200);
    assertError(await session.request('GET', '/workspace'), 404);
  });

  test(`calls that arrive together at one ${runtime} session all run, one after another`, async () => {
    await using session = await openSession(await signedIn(), runtime);
    await session.run(pick({ R: 'seen <- c()', Python: 'seen = []' }));
    const calls: Promise<ExecuteResult>[] = [];
    for (const number of [1, 2, 3, 4])
      calls.push(
        session.run(
          pick({
            R: `Sys.sleep(0.1); seen <- c(seen, ${number})`,
            Python: `import time\ntime.sleep(0.1)\nseen.append(${number})`,
          }),
        ),
      );
    await Promise.all(calls);
    const { outputParameters } = await session.run('seen', { outputParameters: ['seen'] });
    const [seen] = outputParameters.map(({ value }) => value as number[]);
    assert.deepEqual(seen?.sort(), [1, 2, 3, 4]);
  });
}

/** Whether a process with that argument runs on this machine, in whatever container. */
function isRunning(argument: string): boolean {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
          .split('\0')
          .join(' ')
          .startsWith(`sleep ${argument}`);
      } catch {
        return false;
      }
    });
}
