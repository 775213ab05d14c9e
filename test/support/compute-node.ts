/** A real compute node for tests of the web node: R only, so that it stands within half a second. */
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComputeNode, startComputeNode } from '../../src/compute/start-node.ts';
import { loadComputeNodeConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/lib/logger.ts';

export interface TestCompute {
  readonly uri: string;
  /** Stops it, as SIGTERM would. */
  stop(): Promise<void>;
  /** Starts it again on the same port; what it held in memory is forgotten. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

export async function startTestCompute(): Promise<TestCompute> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-compute-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const { config, home } = loadComputeNodeConfig({
    PLINTH_HOME: folder,
    PLINTH_COMPUTENODE__configured: 'configured',
    PLINTH_COMPUTENODE__Kestrel__Port: String(port),
    PLINTH_COMPUTENODE__Pool__InitialSize: '1',
    PLINTH_COMPUTENODE__Runtimes__Python__Enabled: 'false',
    PLINTH_COMPUTENODE__Limits__InterruptGrace: '00:00:01',
  });
  let node: ComputeNode | null = null;
  const stop = async (): Promise<void> => {
    await node?.close();
    node = null;
  };
  const start = async (): Promise<void> => {
    node = await startComputeNode({
      config,
      paths: home,
      logger: silentLogger,
      logPath: home.computeNodeLogs,
    });
  };
  await start();
  return {
    uri: `http://localhost:${port}`,
    stop,
    start,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
