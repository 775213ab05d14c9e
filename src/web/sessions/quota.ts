import { PlinthError } from '../../domain/errors.ts';
import type { SessionPorts } from './call-session.ts';
import { heldSessions } from './list.ts';

/** A place among a user's sessions for one that is being opened; `free` once it is recorded or has failed. */
export interface Reservation {
  free(): void;
}

/** Keeps users within `Sessions.MaxPerUser`, also those that open several at once. */
export interface Quota {
  /** Throws TooManyRequests. */
  reserve(owner: string, correlationId: string): Promise<Reservation>;
}

export function createQuota(ports: SessionPorts): Quota {
  const opening = new Map<string, number>();
  const add = (key: string, count: number): void => {
    const sum = (opening.get(key) ?? 0) + count;
    if (sum === 0) opening.delete(key);
    else opening.set(key, sum);
  };
  return {
    async reserve(owner, correlationId) {
      const key = owner.toLowerCase();
      const limit = ports.context.config.Sessions.MaxPerUser;
      add(key, 1);
      const free = (): void => {
        if (freed) return;
        freed = true;
        add(key, -1);
      };
      let freed = false;
      try {
        if (limit > 0 && !(await fits(ports, owner, limit - (opening.get(key) ?? 0), correlationId)))
          throw new PlinthError(
            'TooManyRequests',
            `You have ${limit} sessions open, which is the limit. Close one that you do not need any more.`,
          );
      } catch (error) {
        free();
        throw error;
      }
      return { free };
    },
  };
}

/** The nodes are asked only when the record says there is no room: sessions may have ended by themselves. */
async function fits(
  ports: SessionPorts,
  owner: string,
  room: number,
  correlationId: string,
): Promise<boolean> {
  const recorded = await ports.sessions.listLive(owner);
  if (recorded.length <= room) return true;
  const held = await heldSessions(ports, owner, correlationId);
  return held.length <= room;
}
