import { randomUUID } from 'node:crypto';
import type { CreateSnapshotRequest } from '../../contracts/rest/sessions.ts';
import { callSession, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';

/** Saves workspace and working directory of a session; the zip streams from the compute node into the database. */
export async function takeSnapshot(
  ports: SessionPorts,
  visit: Visit,
  request: CreateSnapshotRequest,
  signal: AbortSignal,
): Promise<string> {
  const { database, now } = ports.context;
  const { runtime, owner } = await ports.sessions.live(visit);
  const answer = await callSession(ports, visit, { method: 'POST', path: '/snapshot', signal });
  const { hash, size } = await database.blobs.put(answer.body);
  const id = randomUUID();
  const name = request.name === undefined || request.name === '' ? id : request.name;
  try {
    await database.snapshots.insert({ id, name, owner, runtime, createdAt: now(), size, blob: hash });
  } finally {
    // The record holds a reference of its own.
    await database.blobs.release(hash);
  }
  return id;
}
