import { notFound } from '../../domain/errors.ts';
import type { ComputeContext } from '../context.ts';
import type { Routes } from '../plugins/compute-app.ts';

type ByHash = { Params: { hash: string } };

/** The cache of snapshots. */
export const blobRoutes =
  ({ blobs }: ComputeContext): Routes =>
  async (app) => {
    app.head<ByHash>('/blobs/:hash', async (request, reply) => {
      if ((await blobs.find(request.params.hash)) === null)
        throw notFound('This node does not hold the blob.');
      return reply.send();
    });
    app.put<ByHash>('/blobs/:hash', { config: { stream: true } }, async (request, reply) => {
      await blobs.put(request.params.hash, request.raw.iterator({ destroyOnReturn: false }));
      return reply.code(204).send();
    });
  };
