import type { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { checkArchiveName } from './archive-names.ts';
import type { OpenFile } from './confined-folder.ts';

/** A file on its way into an archive. `compress: false` stores it as it is: a saved R workspace is compressed already. */
export interface ArchiveMember extends OpenFile {
  name: string;
  compress?: boolean;
}

/**
 * A zip of the members in their order, made while it is read; one member is open at a time. The stream is destroyed
 * with the error when a member cannot be read; destroying the stream closes the member.
 */
export function packArchive(members: AsyncIterable<ArchiveMember>): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  zip.on('error', (error) => output.destroy(error));
  addAll(zip, output, members).catch((error) => output.destroy(error));
  return output;
}

async function addAll(
  zip: ZipFile,
  output: PassThrough,
  members: AsyncIterable<ArchiveMember>,
): Promise<void> {
  const reader = new AbortController();
  output.on('close', () => reader.abort());
  for await (const { name, stats, content, compress = true } of members) {
    try {
      reader.signal.throwIfAborted();
      checkArchiveName(name);
      const mode = stats.mode & 0o100 ? 0o100755 : 0o100644;
      zip.addReadStream(content, name, { mtime: stats.mtime, mode, compress });
      await finished(content, { signal: reader.signal });
    } finally {
      content.destroy();
    }
  }
  zip.end();
}
