import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobFolder } from '../../artifacts/blob-folder.ts';
import { openSnapshot, workspaceName } from '../../artifacts/snapshot.ts';
import type { ArchiveLimits } from '../../artifacts/unpack.ts';
import type { RuntimeName } from '../../contracts/data-types.ts';
import type { RestoredSnapshot } from '../../runtime/runtime.ts';
import { MissingBlob } from '../faults.ts';

interface Entry {
  users: number;
  folder: string;
  restored: Promise<RestoredSnapshot>;
}

/** Snapshots unpacked on disk, each once however many services use it, removed when none does. */
export class RestoredSnapshots {
  readonly #folder: string;
  readonly #blobs: BlobFolder;
  readonly #limits: ArchiveLimits;
  readonly #entries = new Map<string, Entry>();

  /** `folder` must be one that interpreters may pass through. */
  constructor(folder: string, blobs: BlobFolder, limits: ArchiveLimits) {
    this.#folder = folder;
    this.#blobs = blobs;
    this.#limits = limits;
  }

  /** Unpacks the snapshot, or shares what is unpacked, until `release`. Throws MissingBlob, InvalidRequest. */
  async acquire(hash: string, runtime: RuntimeName): Promise<RestoredSnapshot> {
    const key = keyOf(hash, runtime);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      // Not guessable, and its parent cannot be listed: code of other services must not find it.
      const folder = join(this.#folder, randomBytes(16).toString('hex'));
      entry = { users: 0, folder, restored: this.#restore(hash, runtime, folder) };
      this.#entries.set(key, entry);
    }
    entry.users += 1;
    try {
      return await entry.restored;
    } catch (error) {
      await this.release(hash, runtime);
      throw error;
    }
  }

  async release(hash: string, runtime: RuntimeName): Promise<void> {
    const key = keyOf(hash, runtime);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#entries.delete(key);
    await rm(entry.folder, { recursive: true, force: true });
  }

  async #restore(hash: string, runtime: RuntimeName, folder: string): Promise<RestoredSnapshot> {
    const zip = await this.#blobs.find(hash);
    if (zip === null) throw new MissingBlob(hash);
    await passage(this.#folder);
    await passage(folder);
    const files = join(folder, 'files');
    await passage(files, 0o755);
    return openSnapshot(zip, runtime, this.#limits, async (snapshot) => {
      const name = `workspace${workspaceName[runtime]}`;
      const hasWorkspace = await snapshot.extractWorkspace(folder, name);
      const count = await snapshot.extractFiles(files);
      return { workspace: hasWorkspace ? join(folder, name) : null, files: count > 0 ? files : null };
    });
  }
}

const keyOf = (hash: string, runtime: RuntimeName): string => `${runtime} ${hash}`;

/** A folder others may pass through but not list, whatever the umask. */
async function passage(path: string, mode = 0o711): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}
