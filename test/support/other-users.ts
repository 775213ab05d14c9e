/**
 * Users other than admin. The only account a one-box can sign in by itself is admin; everybody else comes from a
 * directory. This puts the login of such a user beside the running web node, the way the web node would.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { processEnvironment } from '../../src/config/environment.ts';
import { loadWebNodeConfig } from '../../src/config/load.ts';
import { openDatabase } from '../../src/database/open.ts';
import { createAccessTokens } from '../../src/identity/signed-tokens.ts';
import { sharedSigningKeys } from '../../src/identity/signing-keys.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { type HttpClient, httpClient } from './http-client.ts';
import type { OneBoxAddress } from './one-box.ts';

/** A client signed in as a user whom no role names, so a Contributor while no roles are declared. */
export async function otherUser({ home, url }: OneBoxAddress, username: string): Promise<HttpClient> {
  const { config, home: paths } = loadWebNodeConfig({ ...processEnvironment(), PLINTH_HOME: home });
  const database = await openDatabase({
    connectionStrings: config.ConnectionStrings,
    dataDirectory: paths.data,
    logger: silentLogger,
    as: 'tool',
  });
  try {
    const now = Date.now();
    const login = {
      id: randomUUID(),
      username,
      loginSessionId: randomBytes(64).toString('hex').toUpperCase(),
      generation: 1,
    };
    await database.logins.insert({
      ...login,
      loginAt: now,
      lastUse: now,
      revoked: false,
      refreshTokenHash: randomBytes(32).toString('hex'),
    });
    const keys = await sharedSigningKeys(database.settings);
    const tokens = createAccessTokens(keys, config.Authentication.Tokens, silentLogger);
    const claims = { ...login, displayName: username, login: login.id };
    const { token } = await tokens.issue(claims, now);
    return httpClient(url, token);
  } finally {
    await database.close();
  }
}
