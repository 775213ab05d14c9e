import { randomUUID } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { ConfinedFolder } from '../../artifacts/confined-folder.ts';
import { nullWhenAbsent } from '../../artifacts/folder-chain.ts';
import type { InteractiveSession } from '../../runtime/runtime.ts';

/** A file on its way into or out of an interpreter, which may write its folder: so it is opened as warily as any other. */
export interface ScratchFile {
  path: string;
  folder: string;
  name: string;
}

/** Lends a new name in the scratch folder of a session; what stands there afterwards is removed. */
export async function withScratchFile<T>(
  session: InteractiveSession,
  work: (file: ScratchFile) => Promise<T>,
): Promise<T> {
  const path = session.scratchFile(randomUUID());
  const file = { path, folder: dirname(path), name: basename(path) };
  try {
    return await work(file);
  } finally {
    // A session that ended meanwhile has taken its folders with it.
    await ConfinedFolder.with(file.folder, (folder) => folder.remove(file.name)).catch(nullWhenAbsent);
  }
}
