import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, write } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';

const append = promisify(write);

/** Characters that may wait for a disk that does not keep up; beyond it lines are dropped and counted. */
const maxWaiting = 16 * 1024 * 1024;
const mode = 0o640;

export interface LogFile {
  /** Path of the file of today. */
  readonly path: string;
  /** Takes one finished line, with its line end; never blocks before `close` and never throws. */
  write(line: string): void;
  /** Resolves when everything taken so far is in the file; later lines are written through at once. */
  close(): Promise<void>;
}

/**
 * Daily files `<name>-YYYYMMDD.log` (UTC) in `folder`, of which the newest `keep` stay. Lines are appended together by
 * the thread pool, one batch at a time; what still waits when the process exits is written before it is gone.
 * Throws when the folder or the file of today cannot be written.
 */
export function openLogFile(options: {
  folder: string;
  name: string;
  keep: number;
  now?: () => Date;
}): LogFile {
  const { folder, name, keep, now = () => new Date() } = options;
  mkdirSync(folder, { recursive: true });
  let path = '';
  let file = -1;
  let waiting: string[] = [];
  let waitingLength = 0;
  let lost = 0;
  let flushing: Promise<void> | null = null;
  let closed = false;

  function followTheDay(): void {
    const today = join(folder, `${name}-${now().toISOString().slice(0, 10).replaceAll('-', '')}.log`);
    if (today === path) return;
    const opened = openSync(today, 'a', mode);
    if (file !== -1) closeSync(file);
    path = today;
    file = opened;
    prune(folder, name, keep);
  }

  function take(): string {
    const notice = lost === 0 ? '' : `${lost} log lines were lost: they could not be written.\n`;
    const text = notice + waiting.join('');
    waiting = [];
    waitingLength = 0;
    lost = 0;
    return text;
  }

  /** A full disk must not stop the node; the only place to say so is the file itself, once there is room again. */
  async function flush(): Promise<void> {
    await nextTurn();
    while (waiting.length > 0) {
      const count = waiting.length;
      const text = take();
      try {
        followTheDay();
        await appendAll(file, Buffer.from(text));
      } catch {
        lost += count;
      }
    }
    flushing = null;
  }

  function writeThrough(): void {
    const count = waiting.length;
    if (count === 0) return;
    try {
      appendFileSync(path, take(), { mode });
    } catch {
      lost += count;
    }
  }

  followTheDay();
  process.on('exit', writeThrough);
  return {
    get path() {
      return path;
    },
    write(line) {
      if (waitingLength > maxWaiting) {
        lost += 1;
        return;
      }
      waiting.push(line);
      waitingLength += line.length;
      if (closed) writeThrough();
      else flushing ??= flush();
    },
    async close() {
      while (flushing !== null) await flushing;
      if (closed) return;
      closed = true;
      closeSync(file);
      process.off('exit', writeThrough);
    },
  };
}

/** One system call per batch: unlike open-write-close it is finished by the thread pool even when the process exits. */
async function appendAll(file: number, text: Buffer): Promise<void> {
  let offset = 0;
  while (offset < text.length) offset += (await append(file, text, offset)).bytesWritten;
}

function prune(folder: string, name: string, keep: number): void {
  const daily = readdirSync(folder).filter(
    (entry) => entry.startsWith(`${name}-`) && /^\d{8}\.log$/.test(entry.slice(name.length + 1)),
  );
  for (const old of daily.sort().slice(0, -keep)) rmSync(join(folder, old), { force: true });
}
