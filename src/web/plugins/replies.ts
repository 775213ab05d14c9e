import type { FastifyReply } from 'fastify';

/** Answers whose documented result is "string": JSON text in quotes, which strict clients insist on. */
export const sendString = (reply: FastifyReply, text: string): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(text));

/** A signal that aborts when the client goes away before its answer was written. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
