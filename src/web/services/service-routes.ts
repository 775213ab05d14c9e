import type { FastifyReply } from 'fastify';
import { PatchServiceRequest, PublishServiceRequest } from '../../contracts/rest/services.ts';
import { versionPath } from '../../domain/service-version.ts';
import type { WebContext } from '../context.ts';
import { sendString } from '../plugins/replies.ts';
import type { Routes } from '../plugins/web-app.ts';
import { describeService, listServices } from './list.ts';
import { patchService } from './patch.ts';
import { publish } from './publish.ts';
import { removeService } from './remove.ts';

interface ByName {
  Params: { name: string };
}
interface ByVersion {
  Params: { name: string; version: string };
}

const read = { config: { action: 'service:read' } } as const;
const publishing = {
  config: { action: 'service:publish' },
  schema: { body: PublishServiceRequest },
} as const;
const changing = { config: { action: 'service:change' } } as const;

/** /services: publish, list, inspect, change and remove versions. */
export const serviceRoutes =
  (context: WebContext): Routes =>
  async (app) => {
    app.get('/services', read, ({ caller }) => listServices(context, caller));
    app.get<ByName>('/services/:name', read, ({ caller, params }) =>
      listServices(context, caller, params.name),
    );
    app.get<ByVersion>('/services/:name/:version', read, async ({ caller, params }) => [
      await describeService(context, caller, params.name, params.version),
    ]);
    app.post<ByName & { Body: PublishServiceRequest }>(
      '/services/:name',
      publishing,
      async (request, reply) =>
        published(reply, await publish(context, request, request.params.name, null, request.body)),
    );
    app.post<ByVersion & { Body: PublishServiceRequest }>(
      '/services/:name/:version',
      publishing,
      async (request, reply) => {
        const { name, version } = request.params;
        return published(reply, await publish(context, request, name, version, request.body));
      },
    );
    app.patch<ByVersion & { Body: PatchServiceRequest }>(
      '/services/:name/:version',
      { ...changing, schema: { body: PatchServiceRequest } },
      async (request, reply) => {
        const { name, version } = request.params;
        await patchService(context, request, name, version, request.body);
        return sendString(reply, versionPath('/api', name, version));
      },
    );
    app.delete<ByVersion>('/services/:name/:version', changing, async (request, reply) => {
      await removeService(context, request, request.params.name, request.params.version);
      return reply.send();
    });
  };

const published = (reply: FastifyReply, { name, version }: { name: string; version: string }) =>
  sendString(
    reply.code(201).header('Location', versionPath('/services', name, version)),
    versionPath('/api', name, version),
  );
