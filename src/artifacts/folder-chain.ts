import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { PlinthError } from '../domain/errors.ts';

/** Every level costs a descriptor of this process. */
const maxDepth = 64;
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Open descriptors of a folder and of folders below it, each opened relative to the one above (`/proc/self/fd`, since
 * Node has no openat) and never through a symbolic link. Whoever exchanges a folder for a link between a check and its
 * use gains nothing: there is no such between. Consecutive paths mostly share their beginning, which stays open.
 */
export class FolderChain {
  /** Who owns the root; what is made below belongs to the same. */
  readonly owner: Stats;
  readonly #root: FileHandle;
  #below: { name: string; handle: FileHandle }[] = [];

  private constructor(root: FileHandle, owner: Stats) {
    this.#root = root;
    this.owner = owner;
  }

  /** Throws when `root` is no folder. */
  static async open(root: string): Promise<FolderChain> {
    const handle = await open(root, folderFlags);
    return new FolderChain(handle, await handle.stat());
  }

  async close(): Promise<void> {
    await this.#leave(0);
    await this.#root.close();
  }

  /**
   * A path of the folder `names` that is good until the next call; null when it does not exist. With `make` missing
   * folders are made, and anything else of that name gives way.
   */
  async at(names: readonly string[], make = false): Promise<string | null> {
    if (names.length > maxDepth)
      throw new PlinthError(
        'InvalidRequest',
        `Folders are nested more than ${maxDepth} deep; that is not supported.`,
      );
    let shared = 0;
    while (shared < names.length && this.#below[shared]?.name === names[shared]) shared += 1;
    await this.#leave(shared);
    for (const name of names.slice(shared)) {
      const handle = await this.#enter(`${this.#place()}/${name}`, make);
      if (handle === null) return null;
      this.#below.push({ name, handle });
    }
    return this.#place();
  }

  /** Gives an open file or folder to the owner of the root. */
  async adopt(handle: FileHandle): Promise<void> {
    if (process.getuid?.() === 0) await handle.chown(this.owner.uid, this.owner.gid);
  }

  #place(): string {
    return `/proc/self/fd/${(this.#below.at(-1)?.handle ?? this.#root).fd}`;
  }

  async #enter(path: string, make: boolean): Promise<FileHandle | null> {
    const found = await open(path, folderFlags).catch(nullWhenAbsent);
    if (found !== null || !make) return found;
    await unlink(path).catch(nullWhenAbsent);
    await mkdir(path);
    const made = await open(path, folderFlags);
    await made.chmod(0o755);
    await this.adopt(made);
    return made;
  }

  async #leave(depth: number): Promise<void> {
    for (const { handle } of this.#below.splice(depth).reverse()) await handle.close();
  }
}

/** For `catch`: nothing there, or nothing that may be entered or opened (a link, a file where a folder is meant). */
export function nullWhenAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP' || error.code === 'ENXIO')
    return null;
  throw error;
}
