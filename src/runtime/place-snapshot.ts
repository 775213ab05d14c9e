import { chown, constants, copyFile, link, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RestoredSnapshot } from './runtime.ts';
import type { WorkerFolder } from './worker-folder.ts';

const readableByAll = 0o004;

/**
 * Brings an unpacked snapshot into a worker's scratch folder, the only place of this machine it can read it from.
 * A root node links: no bytes are copied, and a worker's user can read but not change what root owns.
 */
export async function placeSnapshot(
  snapshot: RestoredSnapshot,
  folder: WorkerFolder,
  uid: number | null,
): Promise<RestoredSnapshot> {
  const place = { workspace: join(folder.scratch, 'workspace'), files: join(folder.scratch, 'files') };
  if (snapshot.workspace !== null) await placeFile(snapshot.workspace, place.workspace, uid);
  if (snapshot.files !== null) await placeTree(snapshot.files, place.files, uid);
  return {
    workspace: snapshot.workspace === null ? null : place.workspace,
    files: snapshot.files === null ? null : place.files,
  };
}

async function placeTree(from: string, to: string, uid: number | null): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  if (uid !== null) await chown(to, uid, uid);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await placeTree(source, target, uid);
    else if (entry.isFile()) await placeFile(source, target, uid);
  }
}

async function placeFile(from: string, to: string, uid: number | null): Promise<void> {
  if (uid !== null && (await linked(from, to))) return;
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  if (uid !== null) await chown(to, uid, uid);
}

async function linked(from: string, to: string): Promise<boolean> {
  const found = await lstat(from);
  if (found.uid !== 0 || (found.mode & readableByAll) === 0) return false;
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EXDEV' || code === 'EMLINK' || code === 'EPERM') return false;
    throw error;
  }
}
