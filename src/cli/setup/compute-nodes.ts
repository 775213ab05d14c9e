import type { WebNodeConfig } from '../../contracts/config.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/open.ts';
import { parseComputeUri } from '../../domain/compute-uris.ts';
import { silentLogger } from '../../lib/logger.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import type { LocalNode } from '../nodes/local-node.ts';

/** What a set-up knows about compute nodes. */
export interface ComputeNodeSources {
  web: WebNodeConfig;
  /** The compute node of this machine, or null. */
  here: LocalNode | null;
  /** Canonical entries of `--uri`. */
  given: readonly string[];
}

/** Setting of the database: the URI that an earlier set-up declared because the compute node is on the same machine. */
const automaticUri = 'automaticComputeNodeUri';

/** Throws when a web node would know no compute node: none given, here, in its file or in its database (TOP-15). */
export async function requireComputeNodes(
  context: CommandContext,
  sources: ComputeNodeSources,
): Promise<void> {
  const { web, here, given } = sources;
  if (here !== null || given.length > 0 || fileEntries(web).length > 0) return;
  // A node that was never set up has no database yet, and looking would create one.
  if (
    web.configured !== '' &&
    (await withDatabase(context, web, (database) => database.computeNodes.list())).length > 0
  )
    return;
  throw new CommandError(
    'failed',
    'The URIs of compute nodes are missing, and a web node is nothing without one',
    'Set up a compute node first and give its address, e.g. --uri http://10.0.0.4:12805; nothing was changed',
  );
}

/** Creates or migrates the database and adds all known compute nodes to it; returns every entry it has then. */
export function declareComputeNodes(context: CommandContext, sources: ComputeNodeSources): Promise<string[]> {
  const { web, here, given } = sources;
  return withDatabase(context, web, async ({ computeNodes, settings }) => {
    if (here !== null) {
      const former = await settings.get(automaticUri);
      if (former !== null && former !== here.endpoint) await computeNodes.remove([former]);
      await settings.put(automaticUri, here.endpoint);
    }
    await computeNodes.add([...fileEntries(web), ...(here === null ? [] : [here.endpoint]), ...given]);
    return computeNodes.list();
  });
}

const fileEntries = ({ ComputeNodesConfiguration: { Uris } }: WebNodeConfig): string[] =>
  [...Uris.Values, ...Uris.Ranges].map((entry) => parseComputeUri(entry).canonical);

async function withDatabase<T>(
  { home }: CommandContext,
  web: WebNodeConfig,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({
    connectionStrings: web.ConnectionStrings,
    dataDirectory: home.data,
    logger: silentLogger,
    as: 'tool',
  });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
