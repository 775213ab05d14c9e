import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const bin = resolve(import.meta.dirname, '../../../bin');
export const program = (name: string): string => join(bin, name);

export const password = 'Abc12345!';
export const passwords = ['--admin-password', password, '--confirm-password', password];

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface NodeRow {
  name: string;
  type: string;
  configured: boolean;
  status: string;
  endpoint: string | null;
  pid: number | null;
  since: string | null;
  version: string;
}

/** A home of its own with free ports; `await using` stops what runs in it and removes it. */
export interface OwnHome extends AsyncDisposable {
  readonly path: string;
  readonly webUrl: string;
  readonly computeUrl: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs `plinth` with the words, as a user would; stdin is empty unless `input` is given. */
  plinth(words: readonly string[], input?: string): Promise<Outcome>;
  /** Runs any program of bin. */
  run(name: string, words: readonly string[], input?: string): Promise<Outcome>;
  nodes(): Promise<NodeRow[]>;
  settings(role: 'webnode' | 'computenode'): Record<string, unknown>;
}

export async function ownHome(more: NodeJS.ProcessEnv = {}): Promise<OwnHome> {
  const path = mkdtempSync(join(tmpdir(), 'plinth-cli-'));
  chmodSync(path, 0o755);
  const [web, compute] = [await freePort(), await freePort()];
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PLINTH_HOME: path,
    PLINTH_WEBNODE__Kestrel__Port: String(web),
    PLINTH_COMPUTENODE__Kestrel__Port: String(compute),
    PLINTH_COMPUTENODE__Pool__InitialSize: '1',
    PLINTH_WEBNODE__ComputeNodesConfiguration__ProbeInterval: '00:00:01',
    ...more,
  };
  delete environment.PLINTH_ADMIN_PASSWORD;
  const run = (name: string, words: readonly string[], input?: string) =>
    runProgram(program(name), words, environment, input);
  const home: OwnHome = {
    path,
    webUrl: `http://localhost:${web}`,
    computeUrl: `http://localhost:${compute}`,
    environment,
    plinth: (words, input) => run('plinth', words, input),
    run,
    nodes: async () => JSON.parse((await run('plinth', ['admin', 'node', 'list'])).stdout) as NodeRow[],
    settings: (role) => JSON.parse(readFileSync(join(path, role, 'appsettings.json'), 'utf8')),
    [Symbol.asyncDispose]: async () => {
      for (const role of ['webnode', 'computenode'])
        if (existsSync(join(path, 'run', `${role}.json`)))
          await run('plinth', ['admin', 'node', 'stop', `--${role}`]);
      endLeftovers(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
  return home;
}

/** What a broken command line could not stop. */
function endLeftovers(path: string): void {
  for (const name of existsSync(join(path, 'run')) ? readdirSync(join(path, 'run')) : []) {
    if (!/^(web|compute)node\.json$/.test(name)) continue;
    const { supervisor } = JSON.parse(readFileSync(join(path, 'run', name), 'utf8')) as {
      supervisor: { pid: number };
    };
    const isOurs = readOrEmpty(`/proc/${supervisor.pid}/environ`).includes(`PLINTH_HOME=${path}\0`);
    if (isOurs) process.kill(supervisor.pid, 'SIGTERM');
  }
}

const readOrEmpty = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Runs a program to its end. */
export async function runProgram(
  file: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  input = '',
): Promise<Outcome> {
  const child = spawn(file, words, { env: environment, cwd: '/' });
  child.stdin.on('error', () => {}); // it may end without reading
  child.stdin.end(input);
  const ended = new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs a command on a pseudo-terminal of a usual size (a new one has none) and ends with its exit code. */
const terminal = `
import os, pty, sys
sized = ["sh", "-c", 'stty cols 100 rows 30; exec "$@"', "sh"]
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sized + sys.argv[1:])))`;

/** Answers questions on a terminal, each as soon as it is asked; returns all that was on the screen. */
export async function onTerminal(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  answers: readonly [question: string, answer: string][],
): Promise<{ code: number | null; screen: string }> {
  const child = spawn('/usr/bin/python3', ['-c', terminal, ...words], {
    env: { ...environment, TERM: 'xterm' },
    cwd: '/',
  });
  let screen = '';
  let answered = 0;
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk;
    const [question, answer] = answers[answered] ?? [];
    if (question === undefined || !screen.slice(seen).includes(question)) return;
    seen = screen.length;
    answered += 1;
    child.stdin.write(`${answer}\r`);
  });
  const code = await new Promise<number | null>((done) => child.once('close', (status) => done(status)));
  return { code, screen };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
