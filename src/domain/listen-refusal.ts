import { PlinthError } from './errors.ts';

/** Codes by which machines without IPv6 answer an attempt to bind `::`. */
export const noIpv6: readonly string[] = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'];

/** Why a node cannot listen, in words that name the setting; any other `cause` is returned as it is. */
export function listenRefusal(cause: { code?: string | undefined }, port: number, address: string): unknown {
  switch (cause.code) {
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
        { fields: 'Kestrel.BindAddress', cause },
      );
    default:
      return cause;
  }
}
