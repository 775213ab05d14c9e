import type { BlobFolder } from '../artifacts/blob-folder.ts';
import type { ArchiveLimits } from '../artifacts/unpack.ts';
import type { ComputeNodeConfig } from '../contracts/config.ts';
import type { Logger } from '../lib/logger.ts';
import type { Runtimes } from '../runtime/runtime.ts';
import type { Admit } from './plugins/admission.ts';
import type { ServiceRegistry } from './services/service-registry.ts';
import type { SessionRegistry } from './sessions/session-registry.ts';

/** The open ports of a compute node. `main.ts` opens them, routes receive them; nothing else wires anything. */
export interface ComputeContext {
  readonly config: ComputeNodeConfig;
  readonly logger: Logger;
  readonly logPath: string;
  /** Throws Forbidden for a caller without the cluster key. */
  readonly admit: Admit;
  readonly runtimes: Runtimes;
  readonly blobs: BlobFolder;
  readonly services: ServiceRegistry;
  readonly sessions: SessionRegistry;
  /** What a snapshot may hold on this node. */
  readonly snapshotLimits: ArchiveLimits;
  /** False until the first interpreters stand, and again while the node stops. */
  readonly ready: () => boolean;
}
