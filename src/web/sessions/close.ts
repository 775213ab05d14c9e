import { PlinthError } from '../../domain/errors.ts';
import { nodeOf, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';

/**
 * Ends a session and forgets it: gracefully, or at once with `force`. One whose interpreter is gone already is only
 * forgotten; with `force` so is one whose node does not answer (the node ends it when it has been idle long enough).
 */
export async function closeSession(ports: SessionPorts, visit: Visit, force: boolean): Promise<string> {
  const session = await ports.sessions.find(visit);
  if (session.goneAt === null) await endInterpreter(ports, visit, force);
  await ports.sessions.remove(visit.id);
  return `Session ${visit.id} is closed.`;
}

async function endInterpreter(ports: SessionPorts, visit: Visit, force: boolean): Promise<void> {
  const session = await ports.sessions.find(visit);
  try {
    const answer = await nodeOf(ports.context.computeNodes, session).request({
      method: 'DELETE',
      path: `/sessions/${visit.id}${force ? '?force=true' : ''}`,
      correlationId: visit.correlationId,
    });
    answer.body.resume();
  } catch (error) {
    const ended = ['NotFound', 'Gone', ...(force ? ['BackEndBusy'] : [])];
    if (!(error instanceof PlinthError) || !ended.includes(error.code)) throw error;
  }
}
