import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';

const timeoutMs = 2000;

/** Whether a node answers GET /ping with 200 within 2 s. Its certificate is not judged: the question is only "is it up?". */
export function isReady(endpoint: string): Promise<boolean> {
  const url = new URL('/ping', endpoint);
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((done) => {
    const request = get(url, { rejectUnauthorized: false, agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => done(false));
  });
}

/** Whether anything listens on a port of this machine. */
export function isPortTaken(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: 'localhost', port, autoSelectFamily: true });
    const answer = (taken: boolean): void => {
      socket.destroy();
      done(taken);
    };
    socket.setTimeout(timeoutMs, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
