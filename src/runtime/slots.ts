import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PlinthError } from '../domain/errors.ts';

/** Above every count of interpreters a machine can hold. */
const most = 10_000;

/**
 * Numbers of the workers that exist; a worker's user id follows from its number. An id is held by one worker on this
 * machine: another node with the same `Isolation.Uid` would share its process limit, and without namespaces ending a
 * worker ends every process of its id.
 */
export class Slots {
  readonly #uid: (slot: number) => number | null;
  readonly #held = new Map<number, Server | null>();

  constructor(uid: (slot: number) => number | null) {
    this.#uid = uid;
  }

  /** The smallest number that is free, also on other nodes of this machine. */
  async take(): Promise<number> {
    for (let slot = 0; slot < most; slot += 1) {
      if (this.#held.has(slot)) continue;
      this.#held.set(slot, null);
      const uid = this.#uid(slot);
      if (uid === null) return slot;
      const claim = await claimUid(uid);
      if (claim !== null) {
        this.#held.set(slot, claim);
        return slot;
      }
      this.#held.delete(slot);
    }
    throw new PlinthError('ServiceBusy', 'No user id is free for a further interpreter.');
  }

  give(slot: number): void {
    this.#held.get(slot)?.close();
    this.#held.delete(slot);
  }
}

/** A name in Linux's abstract socket space: bound by one process at a time, and free again however that ends. */
async function claimUid(uid: number): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy()).unref();
  server.listen(`\0plinth-uid-${uid}`);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
    throw error;
  }
}
