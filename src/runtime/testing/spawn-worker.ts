/**
 * Starts one real worker for tests: no sandbox, no pool, files in a temporary folder of its own. The pipes are
 * opened as the pool opens them, so what works here works there.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  maxWorkerFrameBytes,
  type WorkerReply,
  type WorkerRequest,
} from '../../contracts/worker-protocol.ts';
import { FrameReader } from '../../lib/frame-reader.ts';
import { FrameWriter } from '../../lib/frame-writer.ts';
import type { Launcher, WorkerPaths } from '../launcher.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'job'> : never;

/** A request whose job number the test worker fills in. */
export type TestRequest = Unnumbered<WorkerRequest>;
export type ReadyReply = Extract<WorkerReply, { kind: 'ready' }>;
export type JobReply = Exclude<WorkerReply, ReadyReply>;

export interface TestWorker {
  /** The first frame of the worker. */
  readonly ready: ReadyReply;
  readonly directory: string;
  readonly paths: WorkerPaths;
  readonly process: ChildProcess;
  /** Resolves with the worker's exit code, or its signal, once it is gone. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Numbers the request, sends it and waits for its reply; rejects when the worker dies first. May be called ahead of replies. */
  send(request: TestRequest): Promise<JobReply>;
  /** Everything written to stdout and stderr so far. */
  console(): string;
  /** SIGINT. */
  interrupt(): void;
  /** Kills the worker and removes its files. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(reply: WorkerReply): void;
  reject(error: Error): void;
}

const openFlags = constants.O_RDWR | constants.O_NONBLOCK;

/** Resolves when the worker has said that it is ready. */
export async function spawnForTest(launcher: Launcher): Promise<TestWorker> {
  const home = mkdtempSync(join(tmpdir(), `plinth-${launcher.name.toLowerCase()}-worker-`));
  const paths: WorkerPaths = {
    requests: join(home, 'requests'),
    replies: join(home, 'replies'),
    console: join(home, 'console'),
    directory: join(home, 'directory'),
    temporary: join(home, 'temporary'),
  };
  mkdirSync(paths.directory);
  mkdirSync(paths.temporary);
  execFileSync('mkfifo', ['-m', '600', paths.requests, paths.replies]);
  // Opened for reading and writing: neither end waits for the other, and no death of the worker closes the pipe.
  const requests = new Socket({ fd: openSync(paths.requests, openFlags), readable: false, writable: true });
  const replies = new Socket({ fd: openSync(paths.replies, openFlags), readable: true, writable: false });

  const console = openSync(paths.console, 'a');
  const { executable, args, environment } = launcher.command(paths);
  const child = spawn(executable, args, {
    cwd: paths.directory,
    env: environment,
    stdio: ['ignore', console, console],
    detached: true,
  });
  closeSync(console);

  const waiting = new Map<number, Waiting>();
  const answer = (job: number) =>
    new Promise<WorkerReply>((resolve, reject) => waiting.set(job, { resolve, reject }));
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const reader = new FrameReader(maxWorkerFrameBytes, (payload) => {
    const reply = launcher.codec.decode(payload);
    waiting.get(reply.job)?.resolve(reply);
    waiting.delete(reply.job);
  });
  replies.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk);
    } catch (error) {
      fail(error as Error);
      child.kill('SIGKILL');
    }
  });
  const text = () => readFileSync(paths.console, 'utf8');
  let ended: Error | null = null;
  const exited = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      ended = new Error(`The worker ended (${signal ?? code}). Its console: ${text()}`);
      fail(ended);
      resolve(signal ?? code ?? 0);
    });
  });

  const writer = new FrameWriter(requests);
  let lastJob = 0;
  const ready = (await answer(0)) as ReadyReply;
  return {
    ready,
    directory: paths.directory,
    paths,
    process: child,
    exited,
    send(request) {
      if (ended !== null) return Promise.reject(ended);
      lastJob += 1;
      const reply = answer(lastJob);
      writer.write(launcher.codec.encode({ ...request, job: lastJob } as WorkerRequest));
      return reply as Promise<JobReply>;
    },
    console: text,
    interrupt: () => void child.kill('SIGINT'),
    async stop() {
      child.kill('SIGKILL');
      await exited;
      requests.destroy();
      replies.destroy();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
