import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { processRecord } from './contained-process.ts';
import { descendants, startTime } from './process-table.ts';
import { signal } from './terminate.ts';
import { removeFolder } from './worker-folder.ts';

const ownerFile = 'node';

export interface WorkDir {
  /** Absolute, without links. */
  path: string;
  /** Lets another node have it. */
  release(): Promise<void>;
}

/**
 * Takes the folder for this process and removes what a previous node left: its workers' processes, should they have
 * survived it, and their folders. Throws Conflict when another living node uses the folder.
 */
export async function takeWorkDir(setting: string, logger: Logger): Promise<WorkDir> {
  await mkdir(setting, { recursive: true });
  const path = await realpath(setting);
  // Workers pass through to their own folders; none may list what is there.
  await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const owner = join(path, ownerFile);
  await own(owner, path);
  for (const name of await readdir(path))
    if (name !== ownerFile) await removeLeftover(join(path, name), logger);
  return { path, release: () => rm(owner, { force: true }) };
}

/** A link is made or exists already: of two nodes that start at the same moment one loses. */
async function own(owner: string, path: string): Promise<void> {
  const note = join(path, `.${randomBytes(8).toString('hex')}`);
  await writeFile(note, `${process.pid} ${startTime(process.pid)}`);
  try {
    for (;;) {
      try {
        return await link(note, owner);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await living(owner);
      if (holder !== null)
        throw new PlinthError(
          'Conflict',
          `WorkDir is in use by another compute node (process ${holder}). Stop it, or give this node a WorkDir of its own.`,
          { fields: 'WorkDir' },
        );
      await rm(owner, { force: true });
    }
  } finally {
    await rm(note, { force: true });
  }
}

async function removeLeftover(path: string, logger: Logger): Promise<void> {
  const pid = await living(join(path, processRecord));
  if (pid !== null) {
    logger.warning(`Ending process ${pid}, an interpreter that a previous run of this node left behind`);
    for (const process of descendants(pid).reverse()) signal(process, 'SIGKILL');
    signal(-pid, 'SIGKILL');
  }
  await removeFolder(path);
}

/** The process a note names, if it is still the one the note was written about. */
async function living(note: string): Promise<number | null> {
  const text = await readFile(note, 'utf8').catch(() => '');
  const [pid, started] = text.split(' ');
  return started !== undefined && startTime(Number(pid)) === started ? Number(pid) : null;
}
