import type { WebApp } from './web-app.ts';

/** Once the node stops, each connection ends with the answer it is waiting for instead of being kept alive. */
export function lastAnswers(app: WebApp): void {
  let stopping = false;
  app.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping) reply.header('Connection', 'close');
    done();
  });
}
