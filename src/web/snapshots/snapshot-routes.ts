import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Action } from '../../domain/permissions.ts';
import { attachment } from '../../lib/content-disposition.ts';
import type { WebContext } from '../context.ts';
import { sendString } from '../plugins/replies.ts';
import type { Routes } from '../plugins/web-app.ts';
import { listSnapshots } from './list.ts';
import { openSnapshot } from './read.ts';
import { removeSnapshot } from './remove.ts';

type ById = { Params: { id: string } };

const config = { action: 'snapshot:use' as Action };

/** Everything below /snapshots. Listed to their creators; Owners may use any by its id. */
export const snapshotRoutes =
  ({ database }: WebContext): Routes =>
  async (app) => {
    app.get('/snapshots', { config }, (request) => listSnapshots(database, request.caller.username));
    app.get<ById>('/snapshots/:id', { config }, async (request, reply) => {
      const { id, size, content } = await openSnapshot(database, idOf(request), request.caller);
      return reply
        .type('application/zip')
        .header('Content-Disposition', attachment(`${id}.zip`))
        .header('Content-Length', size)
        .send(Readable.from(content));
    });
    app.delete<ById>('/snapshots/:id', { config }, async (request, reply) =>
      sendString(reply, await removeSnapshot(database, idOf(request), request.caller)),
    );
  };

const idOf = (request: FastifyRequest<ById>): string => request.params.id.toLowerCase();
