import type { FastifyReply } from 'fastify';

/** Answers whose documented result is "string": JSON text in quotes, which strict clients insist on. */
export const sendString = (reply: FastifyReply, text: string): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(text));

/** The client has gone: there is nobody to answer, and nothing is wrong. */
export class ClientGone extends Error {
  constructor() {
    super('The client closed the connection before its answer.');
    this.name = 'ClientGone';
  }
}

/** A signal that aborts with ClientGone when the client goes away before its answer was written. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new ClientGone());
  });
  return controller.signal;
}
