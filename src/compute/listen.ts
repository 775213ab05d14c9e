import type { ComputeNodeConfig } from '../contracts/config.ts';
import { PlinthError } from '../domain/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { ComputeApp } from './plugins/compute-app.ts';

const noIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'];

/**
 * Listens on the configured interface, else on all of both IP versions, else on those of IPv4. Resolves to the URL.
 * A port that is taken throws Conflict, one that only root may use Forbidden.
 */
export async function listen(
  app: ComputeApp,
  { Kestrel }: ComputeNodeConfig,
  logger: Logger,
): Promise<string> {
  const { Port: port, BindAddress } = Kestrel;
  try {
    if (BindAddress !== '') return await app.listen({ host: BindAddress, port });
    return await app.listen({ host: '::', port }).catch((error: NodeJS.ErrnoException) => {
      if (!noIpv6.includes(error.code ?? '')) throw error;
      logger.warning('IPv6 is not available on this machine; the node listens on IPv4 only.');
      return app.listen({ host: '0.0.0.0', port });
    });
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, port, BindAddress);
  }
}

function explain(error: NodeJS.ErrnoException, port: number, address: string): Error {
  const at = (fields: string) => ({ fields, cause: error });
  if (error.code === 'EADDRINUSE')
    return new PlinthError(
      'Conflict',
      `Port ${port} is used by another program. Stop it, or set another Kestrel.Port.`,
      at('Kestrel.Port'),
    );
  if (error.code === 'EACCES')
    return new PlinthError(
      'Forbidden',
      `This account may not listen on port ${port}. Set a Kestrel.Port above 1023, or allow it.`,
      at('Kestrel.Port'),
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new PlinthError(
      'InvalidRequest',
      `Kestrel.BindAddress ${address} is no address of this machine.`,
      at('Kestrel.BindAddress'),
    );
  return error;
}
