import type { ServiceKey } from '../../contracts/service-definition.ts';
import { handOver } from '../compute-nodes/hand-over.ts';
import type { WebContext } from '../context.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** A publish waits this long, in milliseconds, for slow nodes; they are still served after its answer. */
const patience = 5000;

/**
 * Hands a definition to every healthy compute node ahead of its first call. A node that misses it gets it with the
 * first call instead, so failures are only logged.
 */
export async function distribute(
  { computeNodes, database, logger }: WebContext,
  entry: CatalogueEntry,
  correlationId: string,
): Promise<void> {
  const { name, version } = entry.service;
  const deliveries = computeNodes.candidates().map((node) =>
    handOver(node, database.blobs, entry, correlationId).catch((error: unknown) => {
      logger.warning(`${node.uri} did not take service ${name}/${version} (request ${correlationId})`, error);
    }),
  );
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patience);
  await Promise.race([Promise.all(deliveries), enough]);
  clearTimeout(timer);
}

/** Tells every healthy compute node to let the workers of a definition finish and go. Nobody waits for it. */
export function withdraw({ computeNodes, logger }: WebContext, key: ServiceKey, correlationId: string): void {
  for (const node of computeNodes.candidates())
    node
      .request({ method: 'DELETE', path: `/services/${key}`, correlationId })
      .then(({ body }) => body.resume())
      .catch((error: unknown) => {
        logger.warning(`${node.uri} did not give up service ${key} (request ${correlationId})`, error);
      });
}
