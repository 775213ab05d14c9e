import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One worker's private folder, as this process sees it. */
export interface WorkerFolder {
  /** Random, so that nothing can be guessed from one worker about another. */
  id: string;
  path: string;
  /** Pipes and console: the worker uses them but cannot put others in their place. */
  io: string;
  requests: string;
  replies: string;
  console: string;
  /** Working directory of user code. */
  work: string;
  temporary: string;
  /** Files on their way in or out: workspaces, single objects. */
  scratch: string;
}

const nameFolder = (workDir: string, id: string): WorkerFolder => {
  const path = join(workDir, id);
  const io = join(path, 'io');
  return {
    id,
    path,
    io,
    requests: join(io, 'requests'),
    replies: join(io, 'replies'),
    console: join(io, 'console'),
    work: join(path, 'work'),
    temporary: join(path, 'tmp'),
    scratch: join(path, 'scratch'),
  };
};

/** Makes the folder with its two pipes and the console file, owned by `uid` where one is given. */
export async function makeWorkerFolder(workDir: string, uid: number | null): Promise<WorkerFolder> {
  const folder = nameFolder(workDir, randomBytes(12).toString('hex'));
  const own = [folder.work, folder.temporary, folder.scratch];
  // The worker passes through the outer folder and io, but owns neither.
  const passage = uid === null ? 0o700 : 0o711;
  await mkdir(folder.path, { mode: passage });
  await mkdir(folder.io, { mode: passage });
  await Promise.all(own.map((path) => mkdir(path, { mode: 0o700 })));
  await (await open(folder.console, 'wx', 0o600)).close();
  // Node cannot make named pipes; sockets will not do, R's file() refuses them.
  await run('mkfifo', ['-m', '600', folder.requests, folder.replies], { env: { PATH: '/usr/bin:/bin' } });
  if (uid !== null)
    await Promise.all(
      [...own, folder.console, folder.requests, folder.replies].map((path) => chown(path, uid, uid)),
    );
  // mkdir obeys the umask of whoever started the node.
  await Promise.all([folder.path, folder.io].map((path) => chmod(path, passage)));
  return folder;
}

/** Removes a folder whatever user code left in it, also directories it closed to their owner. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await run('chmod', ['-R', 'u+rwX', '--', path], { env: { PATH: '/usr/bin:/bin' } });
    await rm(path, { recursive: true, force: true });
  }
}
