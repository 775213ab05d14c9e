/** PORT: who are you? One adapter per method of sign-in; `local.ts` is the account `admin`. */
export interface Principal {
  /** The stable identity that owns things. */
  username: string;
  displayName: string;
  groups: string[];
}

export interface Identity {
  readonly method: 'local' | 'ldap' | 'aad';
  /** Null when user or password is wrong; never says which. */
  authenticate(username: string, password: string): Promise<Principal | null>;
}
