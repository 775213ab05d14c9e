import type { AccessTokenResponse } from '../../contracts/rest/login.ts';
import type { WebContext } from '../context.ts';
import { currentLogin, refused } from './current-login.ts';
import { issueTokens } from './issue-tokens.ts';
import { hashOf, makeRefreshToken } from './refresh-token.ts';

/** Renews a pair of tokens; the old pair is dead from then on. */
export async function refresh(context: WebContext, refreshToken: string): Promise<AccessTokenResponse> {
  const { database, callers, now } = context;
  const login = await currentLogin(context, refreshToken);
  const next = makeRefreshToken(login);
  const generation = login.generation + 1;
  const rotated = await database.logins.rotate(login.id, login.refreshTokenHash, {
    refreshTokenHash: hashOf(next),
    generation,
    lastUse: now(),
  });
  // Somebody renewed the same token in this very moment and won.
  if (!rotated) throw refused();
  callers.forgetLogin(login.id);
  return issueTokens(context, { ...login, generation }, login.username, next);
}
