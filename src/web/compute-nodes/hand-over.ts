import type { ServiceDefinition, ServiceKey } from '../../contracts/service-definition.ts';
import type { BlobsRepository } from '../../database/database.ts';
import type { ComputeNode } from './compute-nodes.ts';

/** Gives a compute node a service definition, and the snapshot it restores when the node lacks it. */
export async function handOver(
  node: ComputeNode,
  blobs: BlobsRepository,
  service: { key: ServiceKey; definition: ServiceDefinition },
  correlationId: string,
): Promise<void> {
  const { snapshot } = service.definition;
  if (snapshot !== null) await node.ensureBlob(snapshot, () => openBlob(blobs, snapshot));
  const answer = await node.request({
    method: 'PUT',
    path: `/services/${service.key}`,
    correlationId,
    body: service.definition,
  });
  await answer.body.resume().toArray();
}

/** Reads content the database is known to reference. */
export async function openBlob(blobs: BlobsRepository, hash: string): Promise<AsyncIterable<Uint8Array>> {
  const blob = await blobs.read(hash);
  if (blob === null) throw new Error(`Blob ${hash} is referenced but not stored.`);
  return blob.content;
}
