import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { PlinthError } from '../domain/errors.ts';

/**
 * Makes a file or a folder with all it contains the property of `uid`. User code may swap names for links while we
 * look, so each is opened first, then asked where it really lies (below `home`), and changed through the descriptor.
 */
export async function giveFile(path: string, home: string, uid: number): Promise<void> {
  const file = await openUnlinked(path);
  try {
    const real = await readlink(`/proc/self/fd/${file.fd}`);
    const found = await file.stat();
    const ordinary = found.isDirectory() || (found.isFile() && found.nlink === 1);
    if (!real.startsWith(home + sep) || !ordinary) throw refused();
    await file.chown(uid, uid);
    if (found.isDirectory())
      for (const name of await readdir(`/proc/self/fd/${file.fd}`))
        await giveFile(join(path, name), home, uid);
  } finally {
    await file.close();
  }
}

async function openUnlinked(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw refused();
    throw error;
  }
}

const refused = (): PlinthError =>
  new PlinthError('InvalidRequest', 'The file was replaced by something else while it was written.');
