import { PlinthError } from '../domain/errors.ts';
import type { WebApp } from './plugins/web-app.ts';

/** Machines without IPv6 say one of these when asked to bind `::`. */
const noIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'];

/**
 * Binds the port on the given address; without one on `::`, which takes IPv4 as well, and on 0.0.0.0 where there is no
 * IPv6. Resolves to the URL it is reached by on this machine; throws Conflict when the port is taken.
 */
export async function listen(app: WebApp, port: number, address: string): Promise<string> {
  try {
    await app.listen({ port, host: address || '::' });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (address !== '' || !noIpv6.includes(code)) throw explain(code, port, address, error);
    await app.listen({ port, host: '0.0.0.0' });
  }
  const bound = app.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server is bound to no port.');
  const host = ['::', '0.0.0.0'].includes(bound.address) ? 'localhost' : bound.address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}

function explain(code: string, port: number, address: string, cause: unknown): unknown {
  switch (code) {
    case 'EADDRINUSE':
      return new PlinthError(
        'Conflict',
        `Port ${port} is used by another program. Stop it, or set another Kestrel.Port.`,
        { fields: 'Kestrel.Port', cause },
      );
    case 'EACCES':
      return new PlinthError(
        'Forbidden',
        `This account may not listen on port ${port}. Set a Kestrel.Port above 1023, or allow it.`,
        { fields: 'Kestrel.Port', cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new PlinthError(
        'InvalidRequest',
        `Kestrel.BindAddress ${address} is no address of this machine.`,
        {
          fields: 'Kestrel.BindAddress',
          cause,
        },
      );
    default:
      return cause;
  }
}
