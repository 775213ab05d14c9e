import type { SessionsRepository, StoredSession } from '../../database/database.ts';
import { notFound, PlinthError } from '../../domain/errors.ts';
import { type Role, sameIdentity } from '../../domain/permissions.ts';

/** Who asks for which session, and under which correlation id. */
export interface Visit {
  id: string;
  caller: { username: string; role: Role };
  correlationId: string;
}

/**
 * Which sessions there are and whose. Live ones are kept in memory, so that a call needs no database; whatever the
 * memory says wrongly shows at the compute node, which no longer knows the session, and then the database decides.
 */
export interface SessionDirectory {
  /** The caller's session, live or gone. Unknown, foreign, or gone for more than an hour: NotFound, for Owners too. */
  find(visit: Visit): Promise<StoredSession>;
  /** As `find`, but Gone when its interpreter is. */
  live(visit: Visit): Promise<StoredSession>;
  /** The caller's sessions that were not found gone, oldest first. */
  listLive(owner: string): Promise<StoredSession[]>;
  add(session: StoredSession): Promise<void>;
  remove(id: string): Promise<void>;
  /** The compute node does not hold the session: notes that, and returns what to answer (NotFound or Gone). */
  vanished(id: string): Promise<PlinthError>;
}

const goneAnswersMs = 3_600_000;
/** A row is some 300 bytes: 3 MB at most. */
const maxRemembered = 10_000;

export function createSessionDirectory(sessions: SessionsRepository, now: () => number): SessionDirectory {
  const remembered = new Map<string, StoredSession>();

  function remember(session: StoredSession): void {
    remembered.set(session.id, session);
    if (remembered.size <= maxRemembered) return;
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  }

  async function find({ id, caller }: Visit): Promise<StoredSession> {
    const session = remembered.get(id) ?? (await sessions.get(id));
    if (session === null || !sameIdentity(session.owner, caller.username)) throw unknown(id);
    if (session.goneAt === null) remember(session);
    else if (now() - session.goneAt > goneAnswersMs) throw unknown(id);
    return session;
  }

  return {
    find,
    async live(visit) {
      const session = await find(visit);
      if (session.goneAt !== null) throw gone(visit.id);
      return session;
    },
    async listLive(owner) {
      const own = await sessions.listOf(owner);
      return own.filter((session) => session.goneAt === null);
    },
    async add(session) {
      await sessions.removeGoneBefore(now() - goneAnswersMs);
      await sessions.insert(session);
      remember(session);
    },
    async remove(id) {
      await sessions.remove(id);
      remembered.delete(id);
    },
    async vanished(id) {
      remembered.delete(id);
      const session = await sessions.get(id);
      if (session === null) return unknown(id);
      if (session.goneAt === null) await sessions.markGone(id, now());
      return gone(id);
    },
  };
}

const unknown = (id: string): PlinthError => notFound(`There is no session ${id}.`);
const gone = (id: string): PlinthError =>
  new PlinthError(
    'Gone',
    `The interpreter of session ${id} is gone, with everything in it. Close the session and open a new one.`,
  );
