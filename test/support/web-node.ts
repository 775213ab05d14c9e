/** A web node for tests: the real database, tokens and routes, with users of every role and a clock that can be moved. */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { loadWebNodeConfig } from '../../src/config/load.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { buildWebApp } from '../../src/web/app.ts';
import type { WebContext } from '../../src/web/context.ts';
import { Callers } from '../../src/web/login/callers.ts';
import { issueTokens } from '../../src/web/login/issue-tokens.ts';
import { hashOf, makeRefreshToken } from '../../src/web/login/refresh-token.ts';
import { openContext } from '../../src/web/open-context.ts';
import type { WebApp } from '../../src/web/plugins/web-app.ts';

export const adminPassword = 'Plinth-test-1!';

const roles: Record<string, Role> = {
  admin: 'Owner',
  olga: 'Owner',
  carl: 'Contributor',
  cora: 'Contributor',
  rita: 'Reader',
};

export interface TestNode {
  readonly app: WebApp;
  readonly context: WebContext;
  /** Everything logged so far. */
  readonly log: string[];
  /** Moves the clock, in milliseconds. */
  pass(milliseconds: number): void;
  /** An access token of one of the users above. */
  tokenOf(user: string): Promise<string>;
  /** One request; `as` names its user. */
  call(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    options?: { as?: string; json?: unknown; body?: string | Buffer; headers?: Record<string, string> },
  ): Promise<LightMyRequestResponse>;
  /** Every use of the database fails from now on. */
  loseDatabase(): Promise<void>;
  close(): Promise<void>;
}

/** `settings` are keys below `PLINTH_WEBNODE__`. */
export async function startTestNode(settings: Record<string, string> = {}): Promise<TestNode> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-web-'));
  chmodSync(folder, 0o755);
  const overrides = Object.entries({
    configured: 'configured',
    Authentication__AdminPassword: await hashPassword(adminPassword),
    ...settings,
  }).map(([key, value]) => [`PLINTH_WEBNODE__${key}`, value]);
  const { config, home } = loadWebNodeConfig({ PLINTH_HOME: folder, ...Object.fromEntries(overrides) });
  const log: string[] = [];
  const logger = createLogger('Information', (line) => log.push(line));
  let moved = 0;
  const now = (): number => Date.now() + moved;
  const opened = await openContext({ config, home, logger, now });
  const roleOf = (username: string): Role | null => roles[username] ?? null;
  const { accessTokens, database } = opened;
  const clockSkew = config.Authentication.Tokens.ClockSkew;
  const callers = new Callers({ accessTokens, logins: database.logins, roleOf, now, clockSkew });
  const context: WebContext = { ...opened, roleOf, callers };
  const app = buildWebApp(context);
  await app.ready();

  let hasDatabase = true;
  const loseDatabase = async (): Promise<void> => {
    if (hasDatabase) await database.close();
    hasDatabase = false;
  };
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (user: string): Promise<string> => {
    const token = tokens.get(user) ?? signInAs(context, user);
    tokens.set(user, token);
    return token;
  };
  return {
    app,
    context,
    log,
    pass: (milliseconds) => {
      moved += milliseconds;
    },
    tokenOf,
    call: async (method, url, { as, json, body, headers = {} } = {}) =>
      app.inject({
        method,
        url,
        headers: as === undefined ? headers : { authorization: `Bearer ${await tokenOf(as)}`, ...headers },
        ...(json === undefined ? {} : { payload: json as object }),
        ...(body === undefined ? {} : { payload: body }),
      }),
    loseDatabase,
    close: async () => {
      await app.close();
      await context.computeNodes.close();
      await loseDatabase();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What POST /login does after the password was right. */
async function signInAs(context: WebContext, username: string): Promise<string> {
  const login = {
    id: randomUUID(),
    loginSessionId: randomBytes(64).toString('hex').toUpperCase(),
    username,
    loginAt: context.now(),
    lastUse: context.now(),
    revoked: false,
    generation: 1,
  };
  const refreshToken = makeRefreshToken(login);
  await context.database.logins.insert({ ...login, refreshTokenHash: hashOf(refreshToken) });
  return (await issueTokens(context, login, username, refreshToken)).access_token;
}
