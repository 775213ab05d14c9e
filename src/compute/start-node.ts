import { join, resolve } from 'node:path';
import { BlobFolder } from '../artifacts/blob-folder.ts';
import { trustFile } from '../config/trusted-key.ts';
import type { ComputeNodeConfig } from '../contracts/config.ts';
import type { Logger } from '../lib/logger.ts';
import { runStopPhases } from '../lib/shutdown.ts';
import { openRuntimes } from '../runtime/open-runtimes.ts';
import type { Runtimes } from '../runtime/runtime.ts';
import { buildComputeApp, buildUnconfiguredApp } from './app.ts';
import type { ComputeContext } from './context.ts';
import { FrameServer } from './execute/frame-server.ts';
import { listen } from './listen.ts';
import type { ComputeApp } from './plugins/compute-app.ts';
import { RestoredSnapshots } from './services/restored-snapshots.ts';
import { ServiceRegistry } from './services/service-registry.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import { ClusterTrust } from './trust/cluster-trust.ts';

export interface ComputeNodeOptions {
  config: ComputeNodeConfig;
  /** `data` holds the cache and the pinned key; `workdir` is used when `WorkDir` is empty. */
  paths: { data: string; workdir: string };
  logger: Logger;
  /** Shown to administrators in the health report. */
  logPath: string;
}

export interface ComputeNode {
  /** URL it listens on. */
  readonly address: string;
  /** Stops in order: running work gets 30 s, then what is left is ended. Resolves to whether all of it went well. */
  close(): Promise<boolean>;
}

/** Files of a snapshot: what a zip holds without its 64-bit extension. */
const maxSnapshotFiles = 65_535;
const workMs = 30_000;

/**
 * Starts a compute node; resolves when its first interpreters stand. One that was not set up answers only its probes.
 * Throws Conflict for an occupied port and whatever `openRuntimes` throws; nothing is left running then.
 */
export async function startComputeNode(options: ComputeNodeOptions): Promise<ComputeNode> {
  const { config, logger } = options;
  return config.configured === '' ? startUnconfigured(config, logger) : startConfigured(options);
}

async function startUnconfigured(config: ComputeNodeConfig, logger: Logger): Promise<ComputeNode> {
  const app = buildUnconfiguredApp(config, logger);
  const address = await listen(app, config, logger);
  logger.warning(`The compute node is not set up; it answers only its probes on ${address}.`);
  return {
    address,
    async close() {
      await app.close();
      return true;
    },
  };
}

async function startConfigured(options: ComputeNodeOptions): Promise<ComputeNode> {
  const { config, paths, logger } = options;
  const trust = new ClusterTrust(trustFile(paths.data), logger);
  const blobs = await BlobFolder.open(join(paths.data, 'computenode', 'blobs'), config.BlobCacheSize);
  const WorkDir = resolve(config.WorkDir || paths.workdir);
  const runtimes = await openRuntimes({ ...config, WorkDir }, logger);
  const state = { ready: false };
  const context = wire(options, { trust, blobs, runtimes }, join(WorkDir, 'restored'), () => state.ready);
  const app = buildComputeApp(context);
  const frames = new FrameServer(app.server, context);
  let stopping: Promise<boolean> | null = null;
  try {
    const address = await listen(app, config, logger);
    await runtimes.start();
    state.ready = true;
    logger.information(`The compute node listens on ${address}.`);
    return { address, close: stop };
  } catch (error) {
    await stop();
    throw error;
  }

  function stop(): Promise<boolean> {
    state.ready = false;
    stopping ??= stopInOrder();
    return stopping;
  }

  async function stopInOrder(): Promise<boolean> {
    context.sessions.stop();
    const answered = Promise.all([frames.drain(), finishCalls(app)]);
    const interpreters = runtimes.stop(workMs);
    const clean = await runStopPhases(
      [
        { name: 'running work', milliseconds: workMs, run: () => Promise.all([answered, interpreters]) },
        { name: 'interpreters', milliseconds: 3000, run: () => interpreters },
        { name: 'last answers', milliseconds: 1000, run: () => answered },
      ],
      (message, cause) => logger.warning(message, cause),
    );
    frames.destroy();
    app.server.closeAllConnections();
    return clean;
  }
}

/** Takes no new connection and closes each open one as soon as it has nothing to answer. */
async function finishCalls(app: ComputeApp): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  await app.close();
  clearInterval(sweep);
}

interface Ports {
  trust: ClusterTrust;
  blobs: BlobFolder;
  runtimes: Runtimes;
}

function wire(
  { config, logger, logPath }: ComputeNodeOptions,
  { trust, blobs, runtimes }: Ports,
  restoredFolder: string,
  ready: () => boolean,
): ComputeContext {
  const { WorkingDirectory, FileSize } = config.Limits.Session;
  const snapshotLimits = { files: maxSnapshotFiles, bytes: WorkingDirectory + FileSize };
  const restored = new RestoredSnapshots(restoredFolder, blobs, snapshotLimits);
  return {
    config,
    logger,
    logPath,
    admit: (key) => trust.check(key),
    runtimes,
    blobs,
    services: new ServiceRegistry(runtimes, restored, logger),
    sessions: new SessionRegistry(runtimes, logger),
    snapshotLimits,
    ready,
  };
}
