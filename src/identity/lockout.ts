import { createHash } from 'node:crypto';
import type { WebNodeConfig } from '../contracts/config.ts';

/** Slows the guessing of passwords: counts failed sign-ins of one user from one address. */
export interface Lockout {
  /**
   * Whether a sign-in may be tried. It counts as failed until `succeeded`, so that many at once cannot slip through
   * before the first of them has failed. `now` in milliseconds.
   */
  admits(username: string, address: string, now: number): boolean;
  /** The user proved who he is: earlier failures from there are forgotten. */
  succeeded(username: string, address: string): void;
}

interface Failures {
  count: number;
  /** When the window began: with its first failure. */
  since: number;
}

/** Pairs remembered; beyond that the oldest is forgotten, which costs a guesser that many sign-ins each time. */
const capacity = 10_000;

/** At most `MaxFailures` within `Window` milliseconds, then none until it has passed; 0 failures = no limit. */
export function createLockout(config: WebNodeConfig['Authentication']['Lockout']): Lockout {
  const { MaxFailures, Window } = config;
  const failures = new Map<string, Failures>();

  return {
    admits: (username, address, now) => {
      if (MaxFailures === 0) return true;
      const key = keyOf(username, address);
      const known = failures.get(key);
      if (known === undefined || now - known.since >= Window) {
        failures.delete(key);
        failures.set(key, { count: 1, since: now });
        if (failures.size > capacity) failures.delete(failures.keys().next().value as string);
        return true;
      }
      if (known.count >= MaxFailures) return false;
      known.count += 1;
      return true;
    },
    succeeded: (username, address) => {
      failures.delete(keyOf(username, address));
    },
  };
}

/** A hash, because names may be long and strangers choose them. */
const keyOf = (username: string, address: string): string =>
  createHash('sha256').update(`${username.toLowerCase()}\0${address}`).digest('base64');
