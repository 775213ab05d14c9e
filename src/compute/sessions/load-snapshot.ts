import { openSnapshot } from '../../artifacts/snapshot.ts';
import type { InteractiveSession } from '../../runtime/runtime.ts';
import type { ComputeContext } from '../context.ts';
import { MissingBlob } from '../faults.ts';
import { withScratchFile } from './scratch.ts';

/**
 * Merges a snapshot into a session: objects and files of the same name are overwritten, others stay. The workspace goes
 * first, because it waits for a running execution and can fail; until then nothing has changed.
 */
export async function loadSnapshot(
  { blobs, snapshotLimits }: ComputeContext,
  session: InteractiveSession,
  hash: string,
): Promise<void> {
  const zip = await blobs.find(hash);
  if (zip === null) throw new MissingBlob(hash);
  await openSnapshot(zip, session.runtime, snapshotLimits, async (snapshot) => {
    await withScratchFile(session, async ({ folder, name, path }) => {
      if (await snapshot.extractWorkspace(folder, name)) await session.loadWorkspace(path);
    });
    await snapshot.extractFiles(session.directory);
  });
}
