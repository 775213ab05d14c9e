import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { PlinthError } from '../domain/errors.ts';
import { FolderChain, nullWhenAbsent } from './folder-chain.ts';

// Without O_NONBLOCK opening a named pipe would wait for its other end.
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const temporaryPrefix = '.plinth-incoming-';

/** An open regular file; reading `content` to its end or destroying it closes it. */
export interface OpenFile {
  stats: Stats;
  content: Readable;
}

export interface ReplaceOptions {
  maxBytes: number;
  /** What PayloadTooLarge says when there are more. */
  tooLarge: string;
  executable?: boolean;
}

/**
 * A folder that user code changes at will. Names are paths with `/` below it. Symbolic links are never followed, nothing
 * but regular files is opened, and files made here belong to the owner of the folder. One operation at a time.
 */
export class ConfinedFolder {
  readonly #chain: FolderChain;

  private constructor(chain: FolderChain) {
    this.#chain = chain;
  }

  /** Throws when there is no such folder. */
  static async open(path: string): Promise<ConfinedFolder> {
    return new ConfinedFolder(await FolderChain.open(path));
  }

  /** Opens the folder, does the work and closes it again. */
  static async with<T>(path: string, work: (folder: ConfinedFolder) => Promise<T>): Promise<T> {
    const folder = await ConfinedFolder.open(path);
    try {
      return await work(folder);
    } finally {
      await folder.close();
    }
  }

  /** Files that are being read stay open. */
  close(): Promise<void> {
    return this.#chain.close();
  }

  /** Null when there is no regular file of that name. */
  async read(name: string): Promise<OpenFile | null> {
    const [folder, file] = split(name);
    const place = await this.#chain.at(folder);
    if (place === null) return null;
    const handle = await open(`${place}/${file}`, readFlags).catch(nullWhenAbsent);
    if (handle === null) return null;
    const stats = await handle.stat();
    if (stats.isFile()) return { stats, content: contentOf(handle, stats.size) };
    await handle.close();
    return null;
  }

  /**
   * Writes a file beside its place and renames it there: what had the name is replaced, missing folders are made.
   * Resolves to the size in bytes; a folder of that name is a Conflict. On failure nothing has changed.
   */
  async replace(name: string, source: AsyncIterable<Uint8Array>, options: ReplaceOptions): Promise<number> {
    const [folder, file] = split(name);
    const place = await this.#chain.at(folder, true);
    const temporary = `${place}/${temporaryPrefix}${randomBytes(12).toString('hex')}`;
    const handle = await open(temporary, createFlags, 0o600);
    let bytes = 0;
    async function* bounded(): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        bytes += chunk.length;
        if (bytes > options.maxBytes) throw new PlinthError('PayloadTooLarge', options.tooLarge);
        yield chunk;
      }
    }
    try {
      await handle.writeFile(bounded());
      await handle.chmod(options.executable === true ? 0o755 : 0o644);
      await this.#chain.adopt(handle);
      await rename(temporary, `${place}/${file}`).catch(conflictWhenFolder(name));
      return bytes;
    } catch (error) {
      await unlink(temporary).catch(nullWhenAbsent);
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** False when there is no regular file of that name. */
  async remove(name: string): Promise<boolean> {
    const found = await this.read(name);
    if (found === null) return false;
    found.content.destroy();
    const [folder, file] = split(name);
    await unlink(`${await this.#chain.at(folder)}/${file}`).catch(nullWhenAbsent);
    return true;
  }

  /** Names of the regular files directly in the folder called `folder` ('' for this one), sorted. */
  async files(folder = ''): Promise<string[]> {
    return (await this.#list(folder)).files;
  }

  /** Paths of all regular files, folder by folder, each sorted. */
  async *allFiles(folder = ''): AsyncGenerator<string> {
    const { files, folders } = await this.#list(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    for (const file of files) yield prefix + file;
    for (const child of folders) yield* this.allFiles(prefix + child);
  }

  /** Number and bytes of the regular files below. */
  async measure(): Promise<{ files: number; bytes: number }> {
    const total = { files: 0, bytes: 0 };
    for await (const name of this.allFiles()) {
      const [folder, file] = split(name);
      const stats = await lstat(`${await this.#chain.at(folder)}/${file}`).catch(nullWhenAbsent);
      total.files += 1;
      total.bytes += stats?.size ?? 0;
    }
    return total;
  }

  async #list(folder: string): Promise<{ files: string[]; folders: string[] }> {
    const place = await this.#chain.at(folder === '' ? [] : folder.split('/'));
    const entries = place === null ? [] : await readdir(place, { withFileTypes: true });
    const visible = entries.filter(({ name }) => !name.startsWith(temporaryPrefix));
    return {
      files: visible.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort(),
      folders: visible.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort(),
    };
  }
}

/** Never more than what was there at the start, so that a growing file comes to an end. */
function contentOf(handle: FileHandle, size: number): Readable {
  return handle.createReadStream({ start: 0, end: Math.max(size - 1, 0) });
}

function split(name: string): [folder: string[], file: string] {
  const parts = name.split('/');
  return [parts.slice(0, -1), parts.at(-1) ?? ''];
}

const conflictWhenFolder =
  (name: string) =>
  (error: NodeJS.ErrnoException): never => {
    if (error.code !== 'EISDIR' && error.code !== 'ENOTEMPTY') throw error;
    throw new PlinthError('Conflict', `${name} is a folder; delete it before a file can take its name.`, {
      cause: error,
    });
  };
