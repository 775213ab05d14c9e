/** Bodies of /login: what clients send and what they get. Names are matched without case, null means absent. */
import { type Static, Type } from 'typebox';

export const LoginRequest = Type.Object({
  username: Type.String({ maxLength: 1024 }),
  password: Type.String({ maxLength: 65_536 }),
});
export type LoginRequest = Static<typeof LoginRequest>;

export const RenewTokenRequest = Type.Object({ refreshToken: Type.String() });
export type RenewTokenRequest = Static<typeof RenewTokenRequest>;

export const RevokeTokenQuery = RenewTokenRequest;

/** Sent in exactly this order: a documented load test cuts the token out with a regular expression. */
export interface AccessTokenResponse {
  token_type: 'Bearer';
  access_token: string;
  /** Seconds. */
  expires_in: number;
  /** Unix seconds. */
  expires_on: number;
  refresh_token: string;
}

/** GET /login/methods: how this server can be signed in to. */
export interface LoginMethodsResponse {
  methods: ('local' | 'ldap' | 'aad')[];
}
