import type { ComputeNodeConfig } from '../contracts/config.ts';
import { listenRefusal, noIpv6 } from '../domain/listen-refusal.ts';
import type { Logger } from '../lib/logger.ts';
import type { ComputeApp } from './plugins/compute-app.ts';

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
    throw listenRefusal(error as NodeJS.ErrnoException, port, BindAddress);
  }
}
