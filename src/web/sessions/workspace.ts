import type { Readable } from 'node:stream';
import { invalidRequest } from '../../domain/errors.ts';
import type { ControlAnswer } from '../compute-nodes/compute-nodes.ts';
import { callSession, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';
import { sendStream } from './send-stream.ts';

/** Binds the object serialized in `content` (.RData or .rds; dill) to the name. */
export async function setObject(
  ports: SessionPorts,
  visit: Visit,
  name: string,
  content: Readable | undefined,
  signal: AbortSignal,
): Promise<void> {
  const path = objectPath(name);
  if (content === undefined) throw invalidRequest('The request body must hold the serialized object.');
  await sendStream(ports, visit, path, content, signal);
}

/** One object, serialized, and the name a file of it should have. */
export async function getObject(
  ports: SessionPorts,
  visit: Visit,
  name: string,
): Promise<{ answer: ControlAnswer; fileName: string }> {
  const { runtime } = await ports.sessions.live(visit);
  const answer = await callSession(ports, visit, { method: 'GET', path: objectPath(name) });
  return { answer, fileName: `${name}${runtime === 'R' ? '.RData' : '.dill'}` };
}

/** Removes an object from the workspace. */
export async function deleteObject(ports: SessionPorts, visit: Visit, name: string): Promise<void> {
  const answer = await callSession(ports, visit, { method: 'DELETE', path: objectPath(name) });
  answer.body.resume();
}

/** Any name an R object can have is fine, but for what no interpreter can hold. */
function objectPath(name: string): string {
  if (name === '' || name.includes('\0') || name === '.' || name === '..')
    throw invalidRequest('This cannot be the name of an object.', 'objectName');
  return `/workspace/${encodeURIComponent(name)}`;
}
