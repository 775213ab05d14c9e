import type { RuntimeName } from '../../contracts/data-types.ts';
import type { Database, StoredSnapshot } from '../../database/database.ts';
import { invalidRequest, notFound, PlinthError } from '../../domain/errors.ts';
import { visibleSnapshot } from '../../domain/snapshot-access.ts';
import type { ComputeNode } from '../compute-nodes/compute-nodes.ts';
import { callSession, nodeOf, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';

/** Merges a snapshot into an open session: objects and files of the same name are overwritten, others stay. */
export async function loadSnapshot(ports: SessionPorts, visit: Visit, snapshotId: string): Promise<void> {
  const { database, computeNodes } = ports.context;
  const session = await ports.sessions.live(visit);
  const stored = await database.snapshots.get(snapshotId);
  const snapshot = visibleSnapshot(stored, snapshotId, visit.caller);
  sameRuntime(snapshot, session.runtime);
  await withSnapshot(database, nodeOf(computeNodes, session), snapshot.blob, async () => {
    const answer = await callSession(ports, visit, {
      method: 'POST',
      path: '/loadsnapshot',
      body: { snapshot: snapshot.blob },
    });
    answer.body.resume();
  });
}

/** R cannot read what Python has saved, nor the reverse. */
export function sameRuntime(snapshot: StoredSnapshot, runtime: RuntimeName): void {
  if (snapshot.runtime !== runtime)
    throw invalidRequest(
      `Snapshot ${snapshot.id} was made by a session of ${snapshot.runtime} and cannot be loaded into one of ${runtime}.`,
      'snapshotId',
    );
}

/** Does the work on a node that holds the blob. The node may drop it from its cache just before: then once more. */
export async function withSnapshot(
  database: Database,
  node: ComputeNode,
  blob: string | null,
  work: () => Promise<void>,
): Promise<void> {
  if (blob === null) return work();
  const ensure = (): Promise<void> => node.ensureBlob(blob, () => openBlob(database, blob));
  await ensure();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PlinthError) || error.code !== 'Conflict') throw error;
    await ensure();
    await work();
  }
}

async function openBlob(database: Database, hash: string): Promise<AsyncIterable<Uint8Array>> {
  const blob = await database.blobs.read(hash);
  if (blob === null) throw notFound('The snapshot has just been deleted.');
  return blob.content;
}
