/** PORT: access tokens (JWT, RS512). `signed-tokens.ts` makes one from a key pair. */

/** What a token says (TOK-5). Times are Unix seconds. */
export interface AccessClaims {
  username: string;
  displayName: string;
  /** Login id, and the pair's number within it. */
  login: string;
  generation: number;
  loginSessionId: string;
  issuedAt: number;
  expiresAt: number;
}

export interface AccessTokens {
  issue(
    claims: Omit<AccessClaims, 'issuedAt' | 'expiresAt'>,
    now: number,
  ): Promise<{ token: string; expiresAt: number; lifetimeSeconds: number }>;
  /** Null for any token that is not ours: bad signature, other algorithm, expired beyond the clock skew, malformed. */
  verify(token: string, now: number): Promise<AccessClaims | null>;
}
