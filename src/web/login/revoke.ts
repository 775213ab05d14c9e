import type { WebContext } from '../context.ts';
import { currentLogin } from './current-login.ts';

/** Ends a login: its refresh token and its access token are refused from then on. */
export async function revoke(context: WebContext, refreshToken: string): Promise<void> {
  const login = await currentLogin(context, refreshToken);
  await context.database.logins.revoke(login.id);
  context.callers.forgetLogin(login.id);
}
