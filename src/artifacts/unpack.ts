import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { PlinthError } from '../domain/errors.ts';
import { checkArchiveName } from './archive-names.ts';

/** What an archive may bring, so that a small one cannot fill the disk. */
export interface ArchiveLimits {
  files: number;
  /** Bytes of all files together, unpacked. */
  bytes: number;
}

/** A file of an archive, not yet read. */
export interface PackedFile {
  name: string;
  bytes: number;
  executable: boolean;
  open(): Promise<Readable>;
}

const kindMask = 0o170000;
const regularFile = 0o100000;
const folder = 0o040000;

/**
 * Opens a zip, checks every name, kind and size in it, and hands its files to `use`; folders are implied by the names.
 * An archive that is damaged, encrypted, beyond the limits, or holds a link, a duplicate or a name that leads
 * elsewhere throws InvalidRequest before anything is read.
 */
export async function readArchive<T>(
  path: string,
  limits: ArchiveLimits,
  use: (files: PackedFile[]) => Promise<T>,
): Promise<T> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch(unlessMissing);
  try {
    return await use(await listFiles(zip, limits));
  } finally {
    zip.close();
  }
}

async function listFiles(zip: ZipFile, limits: ArchiveLimits): Promise<PackedFile[]> {
  if (zip.entryCount > limits.files)
    throw refused(`it has more than the ${limits.files} files that are allowed`);
  const files: PackedFile[] = [];
  const names = new Set<string>();
  const folders = new Set<string>();
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = checkedName(entry);
      addFolders(name, folders);
      if (entry.fileName.endsWith('/')) {
        folders.add(name);
        continue;
      }
      if (names.has(name)) throw refused(`it has ${name} twice`);
      names.add(name);
      bytes += entry.uncompressedSize;
      if (bytes > limits.bytes)
        throw refused(`unpacked it is larger than the ${limits.bytes} bytes that are allowed`);
      files.push(packedFile(zip, entry, name));
    }
  } catch (error) {
    if (error instanceof PlinthError) throw error;
    throw refused('it is damaged', error);
  }
  const both = files.find(({ name }) => folders.has(name));
  if (both !== undefined) throw refused(`${both.name} is both a file and a folder in it`);
  return files;
}

function packedFile(zip: ZipFile, entry: Entry, name: string): PackedFile {
  return {
    name,
    bytes: entry.uncompressedSize,
    executable: (unixMode(entry) & 0o100) !== 0,
    open: () =>
      zip.openReadStreamPromise(entry).catch((error: unknown) => {
        throw refused(`${name} in it is damaged`, error);
      }),
  };
}

function checkedName(entry: Entry): string {
  const name = entry.fileName.endsWith('/') ? entry.fileName.slice(0, -1) : entry.fileName;
  checkArchiveName(name);
  const kind = unixMode(entry) & kindMask;
  if (kind !== 0 && kind !== regularFile && kind !== folder)
    throw refused(`${name} in it is neither a file nor a folder`);
  if (entry.isEncrypted()) throw refused(`${name} in it is encrypted`);
  return name;
}

/** Permissions and kind where the archive was made on Unix; 0 elsewhere. */
const unixMode = (entry: Entry): number => entry.externalFileAttributes >>> 16;

function addFolders(name: string, folders: Set<string>): void {
  for (let end = name.indexOf('/'); end !== -1; end = name.indexOf('/', end + 1))
    folders.add(name.slice(0, end));
}

const refused = (reason: string, cause?: unknown): PlinthError =>
  new PlinthError('InvalidRequest', `The archive cannot be used: ${reason}.`, { cause });

/** A file that is not there is the caller's affair; anything else is a bad archive. */
function unlessMissing(error: NodeJS.ErrnoException): never {
  if (error.code !== undefined) throw error;
  throw refused('it is damaged or no zip', error);
}
