import type { Role } from '../../domain/permissions.ts';
import type { Identity } from '../../identity/identity.ts';

/** The role of a user, or null when none is granted. */
export type RoleOf = (username: string) => Role | null;

/** Where only the local account can sign in, it is the Owner. */
export function roleResolver(identity: Identity): RoleOf {
  switch (identity.method) {
    case 'local':
      return () => 'Owner';
    default:
      throw new Error(`There are no roles for the sign-in method ${identity.method}.`);
  }
}
