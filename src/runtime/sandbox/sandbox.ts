/** How a worker is contained: `bubblewrap.ts`, `setpriv.ts` and `none.ts` make one each, `choose.ts` picks. */
import type { WorkerCommand, WorkerPaths } from '../launcher.ts';
import type { WorkerFolder } from '../worker-folder.ts';

/** The part of `ComputeNodeConfig.Limits.Call` and `.Session` that the kernel enforces on a process. */
export interface ProcessLimits {
  CpuSeconds: number;
  Memory: number;
  Processes: number;
  OpenFiles: number;
  FileSize: number;
}

/** A command ready to be spawned. */
export interface ContainedCommand {
  executable: string;
  args: string[];
  environment: Record<string, string>;
  directory: string;
}

export interface Containment {
  folder: WorkerFolder;
  /** User and group id of the worker, or null for those of this process. */
  uid: number | null;
  limits: ProcessLimits;
}

export interface Sandbox {
  readonly kind: 'bubblewrap' | 'setpriv' | 'none';
  /**
   * User id of the worker in this slot, or null for the node's own. Every worker has one of its own, so that the
   * kernel keeps workers from each other's files, signals and process counts even without namespaces.
   */
  uid(slot: number): number | null;
  /** Where a worker sees its own folder; elsewhere than this process when it has a file system of its own. */
  paths(folder: WorkerFolder): WorkerPaths;
  /** A path below the worker's folder as the worker sees it. */
  inside(folder: WorkerFolder, path: string): string;
  contain(command: WorkerCommand, containment: Containment): ContainedCommand;
}
