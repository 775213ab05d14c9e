import { sameIdentity } from '../domain/permissions.ts';
import type { Identity } from './identity.ts';
import { verifyPassword } from './passwords.ts';

/** The one built-in account (SEC-1). */
export const localAccount = 'admin';

/** Sign-in of the account `admin`. The hash is asked for each time, so a new password counts at once; an empty one fits nothing. */
export const createLocalIdentity = (passwordHash: () => Promise<string>): Identity => ({
  method: 'local',
  authenticate: async (username, password) => {
    const known = sameIdentity(username, localAccount);
    const hash = await passwordHash();
    const matches = await verifyPassword(password, known ? hash : null);
    return matches ? { username: localAccount, displayName: localAccount, groups: [] } : null;
  },
});
