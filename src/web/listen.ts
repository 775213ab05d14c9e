import { listenRefusal, noIpv6 } from '../domain/listen-refusal.ts';
import type { WebApp } from './plugins/web-app.ts';

/**
 * Binds the port on the given address; without one on `::`, which takes IPv4 as well, and on 0.0.0.0 where there is no
 * IPv6. Resolves to the URL it is reached by on this machine; throws Conflict when the port is taken.
 */
export async function listen(app: WebApp, port: number, address: string): Promise<string> {
  try {
    await app.listen({ port, host: address || '::' });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (address !== '' || !noIpv6.includes(code))
      throw listenRefusal(error as NodeJS.ErrnoException, port, address);
    await app.listen({ port, host: '0.0.0.0' });
  }
  const bound = app.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server is bound to no port.');
  const host = ['::', '0.0.0.0'].includes(bound.address) ? 'localhost' : bound.address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}
