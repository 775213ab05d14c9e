/** Who may do what: spec section 3.2 as a table. Ownership ("own only") is a second question, asked by `mayChange`. */
export const roles = ['Owner', 'Contributor', 'Reader'] as const;
export type Role = (typeof roles)[number];

const everyone: readonly Role[] = roles;
const authors: readonly Role[] = ['Owner', 'Contributor'];

export const actions = {
  'service:read': everyone,
  'service:consume': everyone,
  'service:publish': authors,
  'service:change': authors,
  'pool:change': authors,
  'pool:read': everyone,
  'session:use': everyone,
  'snapshot:use': everyone,
  'status:read': everyone,
  'nodes:read': everyone,
  'nodes:change': authors,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof actions;

/** May a caller of this role do this at all? */
export const may = (role: Role, action: Action): boolean => actions[action].includes(role);

/** May this caller change or see the code of a thing published by `publishedBy`? Owners may all, Contributors their own. */
export const mayChange = (role: Role, username: string, publishedBy: string): boolean =>
  role === 'Owner' || (role === 'Contributor' && sameIdentity(username, publishedBy));

/** Identities compare without case (SEC-13). */
export const sameIdentity = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
