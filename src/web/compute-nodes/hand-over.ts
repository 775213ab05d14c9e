import type { ServiceDefinition, ServiceKey } from '../../contracts/service-definition.ts';
import type { BlobsRepository } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { ComputeNode } from './compute-nodes.ts';

/** Deliveries under way: after a restart of a node many calls find at once that it has forgotten their service. */
const underWay = new WeakMap<ComputeNode, Map<ServiceKey, Promise<void>>>();

/** Gives a compute node a service definition, and the snapshot it restores when the node lacks it; BackEndBusy when it refuses. */
export function handOver(
  node: ComputeNode,
  blobs: BlobsRepository,
  service: { key: ServiceKey; definition: ServiceDefinition },
  correlationId: string,
): Promise<void> {
  const deliveries = underWay.get(node) ?? new Map<ServiceKey, Promise<void>>();
  underWay.set(node, deliveries);
  const running = deliveries.get(service.key);
  if (running !== undefined) return running;
  const delivery = deliver(node, blobs, service, correlationId).finally(() => deliveries.delete(service.key));
  deliveries.set(service.key, delivery);
  return delivery;
}

async function deliver(
  node: ComputeNode,
  blobs: BlobsRepository,
  { key, definition }: { key: ServiceKey; definition: ServiceDefinition },
  correlationId: string,
): Promise<void> {
  const { snapshot } = definition;
  try {
    if (snapshot !== null) await node.ensureBlob(snapshot, () => openBlob(blobs, snapshot));
    const path = `/services/${key}`;
    const answer = await node.request({ method: 'PUT', path, correlationId, body: definition });
    answer.body.resume();
  } catch (error) {
    if (!(error instanceof PlinthError) || error.status === 503) throw error;
    // Its reason (a full cache, say) is no fault of the caller: another node may take the service.
    throw new PlinthError(
      'BackEndBusy',
      `Compute node ${node.uri} does not take the service: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Reads content the database is known to reference. */
async function openBlob(blobs: BlobsRepository, hash: string): Promise<AsyncIterable<Uint8Array>> {
  const blob = await blobs.read(hash);
  if (blob === null) throw new Error(`Blob ${hash} is referenced but not stored.`);
  return blob.content;
}
