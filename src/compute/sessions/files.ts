import { ConfinedFolder, type OpenFile } from '../../artifacts/confined-folder.ts';
import { notFound } from '../../domain/errors.ts';
import { plainFileName } from '../../domain/file-names.ts';
import type { InteractiveSession } from '../../runtime/runtime.ts';

type Chunks = AsyncIterable<Uint8Array>;

/** Names of the files directly in the working directory; hidden ones and those no request could name are left out. */
export async function listFiles({ directory }: InteractiveSession): Promise<string[]> {
  const names = await ConfinedFolder.with(directory, (folder) => folder.files());
  return names.filter((name) => !name.startsWith('.') && /^[^\\\u0000-\u001f\u007f\ufffd]+$/.test(name));
}

/** Content of a file; NotFound when there is no regular file of that name. */
export async function readFile({ directory }: InteractiveSession, name: string): Promise<OpenFile> {
  const file = await ConfinedFolder.with(directory, (folder) => folder.read(checked(name)));
  if (file === null) throw unknown(name);
  return file;
}

/** Stores a file; what had the name is replaced. Throws PayloadTooLarge when the working directory would exceed `limit` bytes. */
export async function writeFile(
  { directory }: InteractiveSession,
  name: string,
  content: Chunks,
  limit: number,
): Promise<void> {
  checked(name);
  await ConfinedFolder.with(directory, async (folder) => {
    const { bytes } = await folder.measure();
    await folder.replace(name, content, {
      maxBytes: Math.max(0, limit - bytes),
      tooLarge: `The working directory of a session may hold ${limit} bytes (Limits.Session.WorkingDirectory), and ${bytes} are in use. Delete what is not needed.`,
    });
  });
}

/** Removes a file; NotFound when there is no regular file of that name. */
export async function deleteFile({ directory }: InteractiveSession, name: string): Promise<void> {
  if (!(await ConfinedFolder.with(directory, (folder) => folder.remove(checked(name))))) throw unknown(name);
}

const checked = (name: string): string => plainFileName(name, 'fileName');
const unknown = (name: string) => notFound(`The working directory has no file ${name}.`);
