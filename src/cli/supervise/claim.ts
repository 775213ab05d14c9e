import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import type { NodeRole } from '../../config/environment.ts';
import type { HomePaths } from '../../config/home.ts';

/**
 * Makes this process the only supervisor of a node of this home; null when there is one already. The claim is an abstract
 * Unix socket: the kernel decides between two that start together and forgets it with the process, so none is ever stale.
 */
export function claimSupervision(home: HomePaths, role: NodeRole): Promise<Server | null> {
  const name = createHash('sha256')
    .update(`${resolve(home.run)}\n${role}`)
    .digest('hex')
    .slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(null);
      else fail(error);
    });
    server.listen(`\0plinth-${name}`, () => done(server));
  });
}
