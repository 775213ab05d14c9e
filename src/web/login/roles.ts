import { type Role, sameIdentity } from '../../domain/permissions.ts';
import type { Identity } from '../../identity/identity.ts';
import { localAccount } from '../../identity/local.ts';

/** The role of a user, or null when none is granted. */
export type RoleOf = (username: string) => Role | null;

/** Where only the local account can sign in, it is the Owner; while no roles are declared, anybody else is a Contributor. */
export function roleResolver(identity: Identity): RoleOf {
  switch (identity.method) {
    case 'local':
      return (username) => (sameIdentity(username, localAccount) ? 'Owner' : 'Contributor');
    default:
      throw new Error(`There are no roles for the sign-in method ${identity.method}.`);
  }
}
