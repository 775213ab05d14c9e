import type { FastifyReply } from 'fastify';
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
        if (request.headers['x-plinth-timings'] === '1')
          addTimings(reply, answer, performance.now() - started);
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

/** The stages of a call in milliseconds, as the capacity evaluation names them. */
function addTimings(reply: FastifyReply, { header, network }: ExecutionAnswer, webNode: number): void {
  const [createShell, initializeShell, computeNode, interpreter] = header.timings;
  const stages = {
    total: reply.elapsedTime,
    webNode,
    createShell: createShell / 1000,
    initializeShell: initializeShell / 1000,
    network: network / 1000,
    computeNode: computeNode / 1000,
    interpreter: interpreter / 1000,
  };
  const entries = Object.entries(stages).map(
    ([name, milliseconds]) => `${name};dur=${milliseconds.toFixed(3)}`,
  );
  reply.header('Server-Timing', entries.join(', '));
}
