import { mkdir } from 'node:fs/promises';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open.ts';
import { parseComputeUri } from '../domain/compute-uris.ts';
import { createLocalIdentity } from '../identity/local.ts';
import { createLockout } from '../identity/lockout.ts';
import { createAccessTokens } from '../identity/signed-tokens.ts';
import { sharedSigningKeys } from '../identity/signing-keys.ts';
import { clusterKey } from './compute-nodes/cluster-key.ts';
import { ComputeNodeRegistry } from './compute-nodes/registry.ts';
import type { WebContext } from './context.ts';
import { Callers } from './login/callers.ts';
import { roleResolver } from './login/roles.ts';
import type { WebNodeOptions } from './main.ts';
import { openCatalogue } from './services/catalogue.ts';

/** Opens everything a web node works with; nothing stays open when it throws. */
export async function openContext(options: Required<WebNodeOptions>): Promise<WebContext> {
  const { config, home, logger } = options;
  await mkdir(home.data, { recursive: true, mode: 0o750 });
  const database = await openDatabase({
    connectionStrings: config.ConnectionStrings,
    dataDirectory: home.data,
    logger,
  });
  try {
    return await wire(options, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function wire(
  { config, home, logger, now }: Required<WebNodeOptions>,
  database: Database,
): Promise<WebContext> {
  const { Authentication, ComputeNodesConfiguration, Logging } = config;
  const accessTokens = createAccessTokens(
    await sharedSigningKeys(database.settings),
    Authentication.Tokens,
    logger,
  );
  // A password set later, on any web node, lies in the database and counts at once.
  const identity = createLocalIdentity(async () => {
    if (!Authentication.AdminAccount.Enabled) return '';
    return (await database.settings.get('adminPasswordHash')) ?? Authentication.AdminPassword;
  });
  const roleOf = roleResolver(identity);

  const { Uris, ConnectionTimeout, ConnectTimeout, ProbeInterval } = ComputeNodesConfiguration;
  await database.computeNodes.add(
    [...Uris.Values, ...Uris.Ranges].map((entry) => parseComputeUri(entry).canonical),
  );
  const computeNodes = new ComputeNodeRegistry({
    entries: database.computeNodes,
    clusterKey: await clusterKey(database.settings),
    connectTimeout: ConnectTimeout,
    answerTimeout: ConnectionTimeout,
    probeInterval: ProbeInterval,
    logger,
  });
  await computeNodes.start();

  return {
    config,
    logger,
    logPath: Logging.LogsPath || home.webNodeLogs,
    database,
    identity,
    lockout: createLockout(Authentication.Lockout),
    accessTokens,
    roleOf,
    callers: new Callers({
      accessTokens,
      logins: database.logins,
      roleOf,
      now,
      clockSkew: Authentication.Tokens.ClockSkew,
    }),
    computeNodes,
    catalogue: openCatalogue(database.services, now),
    now,
  };
}
