import type { Session } from '../../contracts/rest/sessions.ts';
import type { StoredSession } from '../../database/database.ts';
import { isHeld, type SessionPorts } from './call-session.ts';

/** The caller's sessions, those their compute node has closed or lost in the meantime left out. */
export async function listSessions(
  ports: SessionPorts,
  owner: string,
  correlationId: string,
): Promise<Session[]> {
  const held = await heldSessions(ports, owner, correlationId);
  return held.map(({ id, name, owner, runtime }) => ({ id, name, owner, runtimeType: runtime }));
}

/**
 * Asks the compute nodes which of the owner's sessions they still hold and notes the others as gone: an idle session
 * is closed there without anybody telling the database.
 */
export async function heldSessions(
  { context, sessions }: SessionPorts,
  owner: string,
  correlationId: string,
): Promise<StoredSession[]> {
  const recorded = await sessions.listLive(owner);
  const held = await Promise.all(
    recorded.map(async ({ id, node: uri }) => {
      const node = context.computeNodes.find(uri);
      return node === undefined || isHeld(node, id, correlationId);
    }),
  );
  for (const [index, { id }] of recorded.entries()) if (!held[index]) await sessions.vanished(id);
  return recorded.filter((_, index) => held[index]);
}
