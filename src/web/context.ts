import type { WebNodeConfig } from '../contracts/config.ts';
import type { Database } from '../database/database.ts';
import type { AccessTokens } from '../identity/access-tokens.ts';
import type { Identity } from '../identity/identity.ts';
import type { Lockout } from '../identity/lockout.ts';
import type { Logger } from '../lib/logger.ts';
import type { ComputeNodes } from './compute-nodes/compute-nodes.ts';
import type { Callers } from './login/callers.ts';
import type { RoleOf } from './login/roles.ts';
import type { ServiceCatalogue } from './services/catalogue.ts';

/** The open ports of a web node. `main.ts` opens them, routes receive them; nothing else wires anything. */
export interface WebContext {
  readonly config: WebNodeConfig;
  readonly logger: Logger;
  readonly logPath: string;
  readonly database: Database;
  readonly identity: Identity;
  readonly lockout: Lockout;
  readonly accessTokens: AccessTokens;
  readonly roleOf: RoleOf;
  /** From bearer token to caller. */
  readonly callers: Callers;
  readonly computeNodes: ComputeNodes;
  /** Published services by name and version, cached; publish, PATCH and DELETE keep it true. */
  readonly catalogue: ServiceCatalogue;
  /** Epoch milliseconds; the only clock of lifetimes and time stamps. */
  readonly now: () => number;
}
