import type { FastifyReply } from 'fastify';

/** Aborted when the caller closes the connection before it has the whole answer. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('The caller has left.'));
  });
  return controller.signal;
}
