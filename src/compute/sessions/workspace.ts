import { ConfinedFolder, type OpenFile } from '../../artifacts/confined-folder.ts';
import { notFound } from '../../domain/errors.ts';
import { checkText } from '../../domain/service-text.ts';
import type { InteractiveSession } from '../../runtime/runtime.ts';
import { withScratchFile } from './scratch.ts';

/** One object of the workspace, as its runtime saves it. */
export const readObject = (session: InteractiveSession, name: string): Promise<OpenFile> =>
  withScratchFile(session, async (file) => {
    checkText(name, 'objectName');
    await session.saveObject(name, file.path);
    const saved = await ConfinedFolder.with(file.folder, (folder) => folder.read(file.name));
    if (saved === null) throw notFound(`The object ${name} is not there any more.`);
    return saved;
  });

/** Reads an object from the bytes its runtime saved. Throws PayloadTooLarge beyond `limit` bytes. */
export const writeObject = (
  session: InteractiveSession,
  name: string,
  content: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<void> =>
  withScratchFile(session, async (file) => {
    checkText(name, 'objectName');
    const tooLarge = `An object may have ${limit} bytes (Limits.Session.FileSize).`;
    await ConfinedFolder.with(file.folder, (folder) =>
      folder.replace(file.name, content, { maxBytes: limit, tooLarge }),
    );
    await session.loadObject(name, file.path);
  });
