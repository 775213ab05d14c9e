import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const blockBytes = 512;

/**
 * Bytes of disk used below a folder, counted until they exceed `limit`. Links are not followed; what disappears while
 * we look, or was closed to its owner, does not count.
 */
export async function folderUsage(folder: string, limit: number): Promise<number> {
  let bytes = 0;
  const folders = [folder];
  for (let current = folders.pop(); current !== undefined && bytes <= limit; current = folders.pop()) {
    for (const entry of await readdir(current, { withFileTypes: true }).catch(() => [])) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const found = await lstat(path).catch(() => null);
      bytes += (found?.blocks ?? 0) * blockBytes;
      if (bytes > limit) break;
    }
  }
  return bytes;
}
