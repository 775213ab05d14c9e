import { randomBytes, randomUUID } from 'node:crypto';
import type { AccessTokenResponse, LoginRequest } from '../../contracts/rest/login.ts';
import type { Login } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { WebContext } from '../context.ts';
import { issueTokens } from './issue-tokens.ts';
import { hashOf, makeRefreshToken } from './refresh-token.ts';

/** Checks user and password and begins a login of its own; earlier ones of the same user go on. */
export async function signIn(
  context: WebContext,
  { username, password }: LoginRequest,
  from: { address: string; correlationId: string },
): Promise<AccessTokenResponse> {
  const { database, identity, lockout, logger, now, roleOf } = context;
  if (!lockout.admits(username, from.address, now()))
    throw new PlinthError('Unauthorized', 'Too many sign-ins have failed; try again later.');
  const principal = await identity.authenticate(username, password);
  if (principal === null) {
    logger.warning(`Failed sign-in of ${JSON.stringify(username)} from ${from.address}`);
    throw new PlinthError('Unauthorized', 'The user name or the password is wrong.');
  }
  lockout.succeeded(username, from.address);
  if (roleOf(principal.username) === null)
    throw new PlinthError('Unauthorized', 'No role is granted to this user; ask the administrator for one.');

  const identifiers = { id: randomUUID(), loginSessionId: randomBytes(64).toString('hex').toUpperCase() };
  const refreshToken = makeRefreshToken(identifiers);
  const login: Login = {
    ...identifiers,
    username: principal.username,
    loginAt: now(),
    lastUse: now(),
    revoked: false,
    generation: 1,
    refreshTokenHash: hashOf(refreshToken),
  };
  await database.logins.insert(login);
  logger.information(
    JSON.stringify({
      CorrelationId: from.correlationId,
      Subject: {
        Operation: 'Login',
        UserPrincipalName: login.username,
        RemoteIpAddress: from.address,
        LoginSessionId: login.loginSessionId,
      },
    }),
  );
  return issueTokens(context, login, principal.displayName, refreshToken);
}
