import type { Readable } from 'node:stream';
import type { RuntimeName } from '../contracts/data-types.ts';
import { invalidRequest, PlinthError } from '../domain/errors.ts';
import { ConfinedFolder } from './confined-folder.ts';
import { type ArchiveMember, packArchive } from './pack.ts';
import { type ArchiveLimits, type PackedFile, readArchive } from './unpack.ts';

/** Name of the saved workspace at the root of a snapshot. */
export const workspaceName: Record<RuntimeName, string> = { R: '.RData', Python: '.dill' };

/** A snapshot whose archive has been checked; extracting writes below a folder and never through a link in it. */
export interface PackedSnapshot {
  /** Writes the saved workspace to a file of `folder`; false when the snapshot has none. */
  extractWorkspace(folder: string, name: string): Promise<boolean>;
  /** Writes all other files, replacing those of the same name; resolves to their number. */
  extractFiles(folder: string): Promise<number>;
}

/**
 * Opens the zip of a snapshot for a session or service of `runtime`. Throws InvalidRequest for a bad archive and for a
 * workspace of the other runtime.
 */
export const openSnapshot = <T>(
  zip: string,
  runtime: RuntimeName,
  limits: ArchiveLimits,
  use: (snapshot: PackedSnapshot) => Promise<T>,
): Promise<T> =>
  readArchive(zip, limits, async (files) => {
    const own = workspaceName[runtime];
    const others = Object.values(workspaceName).filter((name) => name !== own);
    const workspace = files.find(({ name }) => name === own);
    if (workspace === undefined && files.some(({ name }) => others.includes(name)))
      throw invalidRequest(
        `The snapshot was not made by ${runtime} and cannot be loaded there.`,
        'snapshotId',
      );
    return use({
      async extractWorkspace(folder, name) {
        if (workspace !== undefined)
          await ConfinedFolder.with(folder, (target) => extract(workspace, target, name));
        return workspace !== undefined;
      },
      async extractFiles(folder) {
        const rest = files.filter((file) => file !== workspace);
        await ConfinedFolder.with(folder, async (target) => {
          for (const file of rest) await extract(file, target, file.name);
        });
        return rest.length;
      },
    });
  });

async function extract(file: PackedFile, target: ConfinedFolder, name: string): Promise<void> {
  const { bytes, executable } = file;
  const tooLarge = `${file.name} in the archive is larger than it says.`;
  await target.replace(name, await file.open(), { maxBytes: bytes, tooLarge, executable });
}

/** What a snapshot is made of: a workspace saved to a file of a folder, and a working directory. */
export interface SnapshotSource {
  runtime: RuntimeName;
  workspace: { folder: string; name: string };
  directory: string;
}

/**
 * The zip of a snapshot: the workspace at the root, then every regular file of the working directory. `verify` is
 * called at the end and throws when what was read is not to be trusted. Throws PayloadTooLarge before the first byte.
 */
export async function packSnapshot(
  source: SnapshotSource,
  limits: ArchiveLimits,
  verify: () => void,
): Promise<Readable> {
  const { files, bytes } = await ConfinedFolder.with(source.directory, (folder) => folder.measure());
  if (files >= limits.files || bytes > limits.bytes)
    throw new PlinthError(
      'PayloadTooLarge',
      `The working directory has ${files} files of ${bytes} bytes; a snapshot may have ${limits.files} files of ${limits.bytes} bytes. Delete what is not needed.`,
    );
  return packArchive(members(source, verify));
}

async function* members(source: SnapshotSource, verify: () => void): AsyncGenerator<ArchiveMember> {
  const { runtime, workspace, directory } = source;
  const saved = await ConfinedFolder.with(workspace.folder, (folder) => folder.read(workspace.name));
  if (saved === null) throw new Error('The interpreter has not written its workspace.');
  // R compresses what it saves.
  yield { ...saved, name: workspaceName[runtime], compress: runtime !== 'R' };
  const folder = await ConfinedFolder.open(directory);
  try {
    for await (const name of folder.allFiles()) {
      if (Object.values(workspaceName).includes(name)) continue;
      const file = await folder.read(name);
      // Files of a live directory may go while we look.
      if (file !== null) yield { ...file, name };
    }
  } finally {
    await folder.close();
  }
  verify();
}
