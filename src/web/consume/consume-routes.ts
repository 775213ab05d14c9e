import type { ExecutionAnswer } from '../compute-nodes/compute-nodes.ts';
import type { WebContext } from '../context.ts';
import { clientGone } from '../plugins/replies.ts';
import type { Routes } from '../plugins/web-app.ts';
import { consume } from './consume.ts';
import { describe } from './describe.ts';

interface ByVersion {
  Params: { name: string; version: string };
}

const json = 'application/json; charset=utf-8';
const noBody = Buffer.alloc(0);

/** /api/{name}/{version}: call a published service, and read how it is called. */
export const consumeRoutes =
  (context: WebContext): Routes =>
  async (app) => {
    app.post<ByVersion & { Body: Buffer | undefined }>(
      '/api/:name/:version',
      { config: { action: 'service:consume', body: 'bytes' } },
      async (request, reply) => {
        const started = performance.now();
        const { name, version } = request.params;
        const call = {
          body: request.body ?? noBody,
          caller: request.caller.username,
          correlationId: request.id,
          signal: clientGone(reply),
        };
        const answer = await consume(context, name, version, call);
        if (request.headers['x-plinth-timings'] === '1') {
          const now = performance.now();
          reply.header('Server-Timing', stages(answer, now - request.arrivedAt, now - started));
        }
        return reply.type(json).send(answer.body);
      },
    );
    app.get<ByVersion>(
      '/api/:name/:version/swagger.json',
      { config: { action: 'service:consume' } },
      async (request, reply) =>
        reply.type(json).send(await describe(context, request.params.name, request.params.version)),
    );
  };

/** The stages of a call in milliseconds, named as the capacity evaluation does. */
function stages({ header, network }: ExecutionAnswer, total: number, webNode: number): string {
  const [createShell, initializeShell, computeNode, interpreter] = header.timings.map((time) => time / 1000);
  return Object.entries({
    total,
    webNode,
    createShell,
    initializeShell,
    network: network / 1000,
    computeNode,
    interpreter,
  })
    .map(([name, milliseconds = 0]) => `${name};dur=${milliseconds.toFixed(3)}`)
    .join(', ');
}
