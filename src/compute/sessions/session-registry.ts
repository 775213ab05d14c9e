import { notFound, PlinthError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { CallContext, InteractiveSession, Runtimes } from '../../runtime/runtime.ts';

export type SessionRequest = Parameters<Runtimes['openSession']>[0] & { idleTimeoutMs: number };

interface OpenSession {
  session: InteractiveSession;
  idleTimeoutMs: number;
  /** Calls going on; while there are any the session is not idle. */
  active: number;
  lastUse: number;
}

const goneAnswersMs = 3_600_000;
const maxRemembered = 10_000;
const sweepMs = 1000;

/** The sessions of this node, closed when they were idle for too long, and those that ended by themselves. */
export class SessionRegistry {
  readonly #runtimes: Runtimes;
  readonly #logger: Logger;
  readonly #sessions = new Map<string, OpenSession>();
  readonly #opening = new Set<string>();
  /** Sessions that ended without being closed, oldest first; the value is until when they answer Gone. */
  readonly #gone = new Map<string, number>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(runtimes: Runtimes, logger: Logger) {
    this.#runtimes = runtimes;
    this.#logger = logger;
    this.#sweeper = setInterval(() => this.#sweep(Date.now()), sweepMs);
    this.#sweeper.unref();
  }

  /** Throws Conflict for an id that is in use, ServiceBusy when there is no interpreter to be had. */
  async open({ idleTimeoutMs, ...request }: SessionRequest, context: CallContext): Promise<void> {
    const { id } = request;
    if (this.#sessions.has(id) || this.#opening.has(id))
      throw new PlinthError('Conflict', `There is a session ${id} already.`);
    this.#opening.add(id);
    try {
      const session = await this.#runtimes.openSession(request, context);
      this.#sessions.set(id, { session, idleTimeoutMs, active: 0, lastUse: Date.now() });
    } finally {
      this.#opening.delete(id);
    }
  }

  /** Throws NotFound for an unknown session and Gone for one that ended by itself within the last hour. */
  find(id: string): InteractiveSession {
    return this.#entry(id).session;
  }

  /** Does work on a session, which counts as use of it. Work that failed because the interpreter died throws Gone. */
  async use<T>(id: string, work: (session: InteractiveSession) => Promise<T>): Promise<T> {
    const entry = this.#entry(id);
    entry.active += 1;
    try {
      return await work(entry.session);
    } catch (error) {
      if (entry.session.gone) {
        this.#bury(id, entry.session);
        throw gone(id, error);
      }
      // Closed by somebody else meanwhile, and its files with it: that is the reason, whatever failed for it.
      if (this.#sessions.get(id) !== entry && !(error instanceof PlinthError)) this.#entry(id);
      throw error;
    } finally {
      entry.active -= 1;
      entry.lastUse = Date.now();
    }
  }

  /** Ends a session; one that ended by itself is forgotten. Throws NotFound. */
  async close(id: string, force: boolean): Promise<void> {
    const entry = this.#sessions.get(id);
    if (entry === undefined) {
      if (!this.#gone.delete(id)) throw unknown(id);
      return;
    }
    this.#sessions.delete(id);
    await entry.session.close({ force });
  }

  /** No more sweeping; the runtimes end the sessions. */
  stop(): void {
    clearInterval(this.#sweeper);
  }

  #entry(id: string): OpenSession {
    const entry = this.#sessions.get(id);
    if (entry?.session.gone === true) this.#bury(id, entry.session);
    else if (entry !== undefined) return entry;
    if ((this.#gone.get(id) ?? 0) > Date.now()) throw gone(id);
    throw unknown(id);
  }

  #sweep(now: number): void {
    for (const [id, { session, idleTimeoutMs, active, lastUse }] of this.#sessions) {
      const idle = active === 0 && idleTimeoutMs > 0 && now - lastUse >= idleTimeoutMs;
      if (idle)
        this.#logger.information(
          `Session ${id} of ${session.owner} is closed: idle for ${idleTimeoutMs} ms.`,
        );
      if (idle || session.gone) this.#bury(id, session);
    }
    for (const [id, until] of this.#gone) {
      if (until > now && this.#gone.size <= maxRemembered) return;
      this.#gone.delete(id);
    }
  }

  #bury(id: string, session: InteractiveSession): void {
    this.#sessions.delete(id);
    this.#gone.set(id, Date.now() + goneAnswersMs);
    session.close({ force: true }).catch((error: unknown) => {
      this.#logger.error(`What session ${id} left behind could not be removed`, error);
    });
  }
}

const unknown = (id: string): PlinthError => notFound(`There is no session ${id} on this compute node.`);

const gone = (id: string, cause?: unknown): PlinthError =>
  new PlinthError('Gone', `The interpreter of session ${id} is gone. Close the session and open a new one.`, {
    cause,
  });
