import type { Readable } from 'node:stream';
import { packSnapshot } from '../../artifacts/snapshot.ts';
import type { ComputeContext } from '../context.ts';
import { withScratchFile } from './scratch.ts';

/** The session as a zip: its workspace and every regular file of its working directory, the session's library too. */
export async function takeSnapshot(context: ComputeContext, id: string): Promise<Readable> {
  const { sessions, snapshotLimits } = context;
  return sessions.use(id, (session) =>
    withScratchFile(session, async (workspace) => {
      await session.saveWorkspace(workspace.path);
      const { runtime, directory } = session;
      // A session that is closed meanwhile loses its files, which must not look like a snapshot without them.
      return packSnapshot({ runtime, workspace, directory }, snapshotLimits, () => void sessions.find(id));
    }),
  );
}
