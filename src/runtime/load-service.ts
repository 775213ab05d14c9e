import type { Logger } from '../lib/logger.ts';
import type { JobEnd } from './job.ts';
import { interpreterLost, toOutcome } from './outcome.ts';
import { placeSnapshot } from './place-snapshot.ts';
import type { BlankPool } from './pool.ts';
import type { Outcome, RunnableService } from './runtime.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { ServiceWorker } from './service-worker.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface LoadingGround {
  pool: BlankPool;
  sandbox: Sandbox;
  /** Puts the limits of a call on a blank worker. */
  limit(worker: WorkerProcess): Promise<void>;
  logger: Logger;
}

/** The service's own code failed while it was loaded: the answer to every call that waited for it. */
export class LoadFailed extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.errorMessage);
    this.outcome = outcome;
  }
}

/**
 * Makes a blank worker one of this service: restores the snapshot, runs initCode, parses the code. Throws LoadFailed,
 * InterpreterLost, DeadlineExceeded, ServiceBusy.
 */
export async function loadService(service: RunnableService, ground: LoadingGround): Promise<ServiceWorker> {
  const worker = await ground.pool.lease();
  const start = performance.now();
  try {
    await ground.limit(worker);
    const end = await load(worker, service, ground.sandbox);
    const { name, version } = service.definition;
    const outcome = toOutcome(end, { createShell: 0, initializeShell: 0 }, (how) =>
      interpreterLost(ground.logger, `${name}/${version}, while it was loaded,`, how),
    );
    if (!outcome.ok) throw new LoadFailed(outcome);
    return new ServiceWorker(worker, (performance.now() - start) * 1000);
  } catch (error) {
    worker.kill();
    throw error;
  }
}

async function load(
  worker: WorkerProcess,
  { definition, restored }: RunnableService,
  sandbox: Sandbox,
): Promise<JobEnd> {
  const placed =
    restored === null
      ? { workspace: null, files: null }
      : await placeSnapshot(restored, worker.folder, worker.uid);
  const seen = (path: string | null) => (path === null ? null : sandbox.inside(worker.folder, path));
  if (!worker.alive) return { kind: 'lost', began: true, how: 'it died before the load began' };
  return new Promise((ended) => {
    worker.send(
      {
        kind: 'load',
        code: definition.code,
        initCode: definition.initCode,
        inputs: definition.inputs,
        outputs: definition.outputs,
        outputFileNames: definition.outputFileNames,
        workspace: seen(placed.workspace),
        files: seen(placed.files),
      },
      ended,
    );
  });
}
