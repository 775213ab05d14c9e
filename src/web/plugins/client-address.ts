import type { FastifyRequest } from 'fastify';

/** Where a request came from; IPv4 as people write it, also on a socket that speaks both. */
export const clientAddress = (request: FastifyRequest): string => request.ip.replace(/^::ffff:(?=\d)/, '');
