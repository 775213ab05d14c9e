import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { httpClient } from './http-client.ts';
import { GiveUp, until } from './until.ts';

const root = resolve(import.meta.dirname, '../..');
export const adminPassword = 'Plinth-test-1!';

export interface OneBoxOptions {
  /** More settings, e.g. `PLINTH_WEBNODE__Sessions__IdleTimeout: '00:00:02'`. */
  environment?: Record<string, string>;
  /** Goes on running when this process ends, for whoever knows its address. */
  shared?: boolean;
}

/** What another process needs to find and stop a one-box. */
export interface OneBoxAddress {
  home: string;
  url: string;
  computeUrl: string;
  pids: number[];
}

/** Both nodes on this machine, set up by the command line, run as a user would run them, in a folder of their own. */
export interface OneBox extends OneBoxAddress {
  /** Everything a node has logged so far. */
  log(node: 'webnode' | 'computenode'): string;
  stopCompute(signal?: NodeJS.Signals): Promise<void>;
  startCompute(): Promise<void>;
  /** Ends both nodes and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a one-box on free ports with one warm interpreter per runtime; resolves when its status is pass. */
export async function startOneBox({ environment = {}, shared = false }: OneBoxOptions = {}): Promise<OneBox> {
  const home = mkdtempSync(join(tmpdir(), 'plinth-test-'));
  chmodSync(home, 0o755);
  const [webPort, computePort] = await Promise.all([freePort(), freePort()]);
  const env = {
    ...process.env,
    PLINTH_HOME: home,
    PLINTH_WEBNODE__Kestrel__Port: String(webPort),
    PLINTH_COMPUTENODE__Kestrel__Port: String(computePort),
    PLINTH_COMPUTENODE__Pool__InitialSize: '1',
    // Tests publish a hundred services and call each once or twice; their workers need not wait for more.
    PLINTH_COMPUTENODE__Pool__ServiceIdleTimeout: '00:00:20',
    // A node may kill whatever runs under the user ids of its workers, so no two nodes may share them.
    PLINTH_COMPUTENODE__Isolation__Uid: String(1_000_000 + computePort * 1000),
    PLINTH_WEBNODE__ComputeNodesConfiguration__ProbeInterval: '00:00:01',
    ...environment,
  };
  await setUp(env).catch((error: unknown) => {
    rmSync(home, { recursive: true });
    throw error;
  });
  const url = `http://localhost:${webPort}`;
  const computeUrl = `http://localhost:${computePort}`;
  let compute = launch('computenode', env, shared);
  const web = launch('webnode', env, shared);
  const ready = async (): Promise<void> => {
    await until(
      `The compute node on port ${computePort} answers`,
      () => answers(`${computeUrl}/ping`, compute),
      60_000,
    );
    await until(`The web node on port ${webPort} answers`, () => answers(`${url}/readyz`, web), 60_000);
    const client = httpClient(url, await adminToken(url));
    await until(
      'The status is pass',
      async () => {
        const status = await client.get('/status');
        return (
          status.json<{ statusCode: string }>().statusCode === 'pass' ||
          Promise.reject(new Error(status.text))
        );
      },
      60_000,
    );
  };
  const box: OneBox = {
    home,
    url,
    computeUrl,
    pids: [web.pid, compute.pid].map(Number),
    log: (node) => readLogs(join(home, 'logs', node)),
    stopCompute: (signal) => end(compute, signal),
    startCompute: async () => {
      compute = launch('computenode', env, shared);
      await ready();
    },
    stop: async () => {
      await Promise.all([end(web), end(compute)]);
      rmSync(home, { recursive: true, force: true });
    },
  };
  try {
    await ready();
  } catch (cause) {
    const logs = (['webnode', 'computenode'] as const).map((node) =>
      `${node}:\n${readFileSync(join(home, `${node}.out`), 'utf8')}${box.log(node)}`.slice(-4000),
    );
    await box.stop();
    throw new Error(`The one-box did not start.\n${logs.join('\n')}`, { cause });
  }
  return box;
}

/** An access token of admin. */
export async function adminToken(url: string): Promise<string> {
  const answer = await httpClient(url).post('/login', { username: 'admin', password: adminPassword });
  if (answer.status !== 200) throw new Error(`POST /login answered ${answer.status}: ${answer.text}`);
  return answer.json<{ access_token: string }>().access_token;
}

async function setUp(env: NodeJS.ProcessEnv): Promise<void> {
  const password = ['--admin-password', adminPassword, '--confirm-password', adminPassword];
  await promisify(execFile)(
    join(root, 'bin/plinth'),
    ['admin', 'node', 'setup', '--onebox', '--no-start', ...password],
    { env },
  );
}

/** Unless it is shared, a node ends with this process, however that ends. */
function launch(
  node: 'webnode' | 'computenode',
  env: NodeJS.ProcessEnv & { PLINTH_HOME: string },
  shared: boolean,
): ChildProcess {
  const program = join(root, `bin/plinth-${node}`);
  const output = openSync(join(env.PLINTH_HOME, `${node}.out`), 'a');
  const [command, ...args] = shared ? [program] : ['setpriv', '--pdeathsig', 'KILL', program];
  const child = spawn(command ?? program, args, { env, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  child.unref();
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.pid !== undefined) await endProcess(child.pid, signal);
}

/** Asks a process to end and waits until it has; kills it after 20 s. */
export async function endProcess(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const lives = (): boolean => {
    try {
      process.kill(pid, 0);
      return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
      return false;
    }
  };
  if (!lives()) return;
  process.kill(pid, signal);
  try {
    await until(`Process ${pid} ends`, () => !lives(), 20_000);
  } catch {
    process.kill(pid, 'SIGKILL');
  }
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new GiveUp(`The node has ended with exit code ${child.exitCode}.`);
  return (await fetch(url)).ok;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

function readLogs(folder: string): string {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
