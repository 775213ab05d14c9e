import type { FastifyReply } from 'fastify';
import type { Routes } from '../plugins/compute-app.ts';

const open = { config: { open: true } };

export interface Probes {
  /** Whether whoever started the node may go on. */
  started: () => boolean;
  /** Whether the node can do its work. */
  ready: () => boolean;
}

/** Probes for load balancers and supervisors: no key, a body of one word, no details. */
export const probeRoutes =
  ({ started, ready }: Probes): Routes =>
  async (app) => {
    for (const path of ['/livez', '/healthz'])
      app.get(path, open, (_request, reply) => say(reply, true, 'pong'));
    app.get('/ping', open, (_request, reply) => say(reply, started(), 'pong'));
    app.get('/readyz', open, (_request, reply) => say(reply, ready(), 'ready'));
  };

const say = (reply: FastifyReply, yes: boolean, word: string): FastifyReply =>
  reply
    .code(yes ? 200 : 503)
    .type('text/plain')
    .send(yes ? word : 'not ready');
