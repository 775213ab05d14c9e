import type { Login } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { WebContext } from '../context.ts';
import { hashOf, isSealedFor, loginIdOf } from './refresh-token.ts';

/**
 * The login whose current refresh token this is; throws Unauthorized for any other token. One that was renewed before
 * has been copied by somebody: its replay revokes the login.
 */
export async function currentLogin(context: WebContext, refreshToken: string): Promise<Login> {
  const { database, callers, config, logger, now } = context;
  const id = loginIdOf(refreshToken);
  const login = id === null ? null : await database.logins.get(id);
  if (login === null || login.revoked || !isSealedFor(refreshToken, login.loginSessionId)) throw refused();
  if (login.refreshTokenHash !== hashOf(refreshToken)) {
    await database.logins.revoke(login.id);
    callers.forgetLogin(login.id);
    logger.warning(
      `A used refresh token of ${JSON.stringify(login.username)} was replayed; its login is revoked.`,
    );
    throw refused();
  }
  const { RefreshTokenLifetime, MaxChainLifetime } = config.Authentication.Tokens;
  if (now() - login.lastUse > RefreshTokenLifetime || now() - login.loginAt > MaxChainLifetime)
    throw refused();
  return login;
}

export const refused = (): PlinthError =>
  new PlinthError('Unauthorized', 'The refresh token is invalid, used, expired or revoked; log in again.');
