import type { AccessTokenResponse } from '../../contracts/rest/login.ts';
import type { Login } from '../../database/database.ts';
import type { WebContext } from '../context.ts';

/** The answer of login and renewal: an access token for this pair of the login, beside its refresh token. */
export async function issueTokens(
  context: WebContext,
  login: Pick<Login, 'id' | 'username' | 'loginSessionId' | 'generation'>,
  displayName: string,
  refreshToken: string,
): Promise<AccessTokenResponse> {
  const { token, expiresAt, lifetimeSeconds } = await context.accessTokens.issue(
    {
      username: login.username,
      displayName,
      login: login.id,
      generation: login.generation,
      loginSessionId: login.loginSessionId,
    },
    context.now(),
  );
  return {
    token_type: 'Bearer',
    access_token: token,
    expires_in: lifetimeSeconds,
    expires_on: expiresAt,
    refresh_token: refreshToken,
  };
}
