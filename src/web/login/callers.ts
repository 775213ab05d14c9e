import type { LoginsRepository } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { Role } from '../../domain/permissions.ts';
import type { AccessClaims, AccessTokens } from '../../identity/access-tokens.ts';
import type { RoleOf } from './roles.ts';

/** The authenticated user of a request. */
export interface Caller {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  /** Id of the login the token belongs to. */
  readonly login: string;
  readonly loginSessionId: string;
}

interface Entry {
  caller: Caller;
  claims: AccessClaims;
  /** Epoch milliseconds of the last look at the database. */
  checkedAt: number;
  checking: boolean;
}

export interface CallersOptions {
  accessTokens: AccessTokens;
  logins: LoginsRepository;
  roleOf: RoleOf;
  now: () => number;
  /** Grace after the expiry of a token, in milliseconds. */
  clockSkew: number;
}

/** Tokens remembered at most; the least recently added goes first. */
const capacity = 10_000;
/** A token in use is looked up again in the background after this, and never trusted longer than `trust`. */
const freshFor = 10_000;
const trust = 30_000;

/**
 * From bearer token to caller. A verified token is remembered, so that a call costs neither a signature check (160 µs
 * through WebCrypto) nor a database read: 0.1 µs. A login revoked or renewed on this node is forgotten at once, one
 * changed on another node within 30 s. While the database is down, remembered tokens stay good until they expire.
 */
export class Callers {
  readonly #options: CallersOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Map<string, Promise<Caller | null>>();
  /** Counts invalidations: a check that began before one must not be remembered after it. */
  #epoch = 0;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  /** The caller of a remembered token, without waiting for anything; else undefined: then `verify`. */
  cached(token: string): Caller | undefined {
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    const now = this.#options.now();
    const age = now - entry.checkedAt;
    if (age >= trust || this.#expired(entry.claims, now)) return undefined;
    if (age >= freshFor && !entry.checking) {
      entry.checking = true;
      void this.verify(token).catch(() => {
        // The database is down: the entry stays until it expires, `verify` reports it to those who must wait.
        entry.checking = false;
      });
    }
    return entry.caller;
  }

  /** The caller of a token, or null when it is not (or no longer) good. One check at a time per token. */
  verify(token: string): Promise<Caller | null> {
    const running = this.#pending.get(token);
    if (running !== undefined) return running;
    const check = this.#check(token).finally(() => this.#pending.delete(token));
    this.#pending.set(token, check);
    return check;
  }

  /** Drops every token of a login that was revoked or renewed. */
  forgetLogin(login: string): void {
    this.#epoch++;
    for (const [token, entry] of this.#entries) if (entry.caller.login === login) this.#entries.delete(token);
  }

  async #check(token: string): Promise<Caller | null> {
    const { accessTokens, logins, now, roleOf } = this.#options;
    const epoch = this.#epoch;
    const known = this.#entries.get(token);
    const claims = known?.claims ?? (await accessTokens.verify(token, now()));
    if (claims === null) return null;
    if (this.#expired(claims, now())) {
      this.#entries.delete(token);
      return null;
    }
    let current: boolean;
    try {
      const login = await logins.get(claims.login);
      current = login !== null && !login.revoked && login.generation === claims.generation;
    } catch (error) {
      if (known !== undefined && error instanceof PlinthError && error.code === 'DatabaseUnavailable')
        return known.caller;
      throw error;
    }
    if (!current) {
      this.#entries.delete(token);
      return null;
    }
    const role = roleOf(claims.username);
    if (role === null) throw new PlinthError('Forbidden', 'No role is granted to this user any more.');
    const { username, displayName, login, loginSessionId } = claims;
    const caller = { username, displayName, role, login, loginSessionId };
    if (epoch === this.#epoch) this.#remember(token, { caller, claims, checkedAt: now(), checking: false });
    return caller;
  }

  #expired(claims: AccessClaims, now: number): boolean {
    return now > claims.expiresAt * 1000 + this.#options.clockSkew;
  }

  #remember(token: string, entry: Entry): void {
    this.#entries.delete(token);
    if (this.#entries.size >= capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(token, entry);
  }
}
