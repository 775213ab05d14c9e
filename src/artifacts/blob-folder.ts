import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidRequest, PlinthError } from '../domain/errors.ts';

interface Blob {
  bytes: number;
}

/** A cache of content on disk, each file named by its SHA-256; the least recently used go when it is full. */
export class BlobFolder {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #maxBytes: number;
  /** In order of use, oldest first. */
  readonly #blobs: Map<string, Blob>;
  #bytes = 0;

  private constructor(folder: string, incoming: string, maxBytes: number, blobs: Map<string, Blob>) {
    this.#folder = folder;
    this.#incoming = incoming;
    this.#maxBytes = maxBytes;
    this.#blobs = blobs;
    for (const { bytes } of blobs.values()) this.#bytes += bytes;
  }

  /** Finds what an earlier process left; half-written files are removed. */
  static async open(folder: string, maxBytes: number): Promise<BlobFolder> {
    const incoming = join(folder, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const found: { name: string; bytes: number; used: number }[] = [];
    for (const name of await readdir(folder)) {
      if (!isHash(name)) continue;
      const { size, mtimeMs } = await stat(join(folder, name));
      found.push({ name, bytes: size, used: mtimeMs });
    }
    found.sort((a, b) => a.used - b.used);
    const blobs = new BlobFolder(
      folder,
      incoming,
      maxBytes,
      new Map(found.map(({ name, bytes }) => [name, { bytes }])),
    );
    await blobs.#evict(null);
    return blobs;
  }

  /** Path of the blob, or null when it is not here. It is now the most recently used. */
  async find(hash: string): Promise<string | null> {
    const blob = this.#blobs.get(hash);
    if (blob === undefined) return null;
    this.#blobs.delete(hash);
    this.#blobs.set(hash, blob);
    const path = join(this.#folder, hash);
    const now = new Date();
    // The time of use outlives the process as the time of the file. A file that somebody deleted is forgotten.
    const present = await utimes(path, now, now).then(() => true, isMissing);
    if (!present) this.#forget(hash);
    return present ? path : null;
  }

  /**
   * Stores the content under its hash, which is verified while it streams. Another content throws InvalidRequest, more
   * than the cache holds PayloadTooLarge; neither leaves anything behind.
   */
  async put(hash: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (!isHash(hash))
      throw invalidRequest('A blob is named by its SHA-256: 64 hexadecimal digits in lower case.', 'hash');
    const temporary = join(this.#incoming, randomUUID());
    try {
      const bytes = await this.#receive(temporary, hash, content);
      await rename(temporary, join(this.#folder, hash));
      this.#forget(hash);
      this.#blobs.set(hash, { bytes });
      this.#bytes += bytes;
    } finally {
      await rm(temporary, { force: true });
    }
    await this.#evict(hash);
  }

  async #receive(path: string, hash: string, content: AsyncIterable<Uint8Array>): Promise<number> {
    const digest = createHash('sha256');
    const maxBytes = this.#maxBytes;
    let bytes = 0;
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > maxBytes)
          throw new PlinthError(
            'PayloadTooLarge',
            `The content exceeds BlobCacheSize (${maxBytes} bytes) of this compute node.`,
          );
        digest.update(chunk);
        yield chunk;
      }
    }
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(hashed());
      if (digest.digest('hex') !== hash)
        throw invalidRequest('The content does not have the SHA-256 it was sent under.', 'hash');
      // Before the rename: after a power cut a name must never stand for half its content.
      await file.sync();
    } finally {
      await file.close();
    }
    return bytes;
  }

  async #evict(keep: string | null): Promise<void> {
    for (const hash of this.#blobs.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      if (hash === keep) continue;
      this.#forget(hash);
      await rm(join(this.#folder, hash), { force: true });
    }
  }

  #forget(hash: string): void {
    this.#bytes -= this.#blobs.get(hash)?.bytes ?? 0;
    this.#blobs.delete(hash);
  }
}

const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

function isMissing(error: NodeJS.ErrnoException): false {
  if (error.code !== 'ENOENT') throw error;
  return false;
}
