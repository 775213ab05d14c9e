import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homePaths } from '../../config/home.ts';
import { loadComputeNodeConfig } from '../../config/load.ts';
import { clusterKeyHeader, correlationHeader } from '../../contracts/compute-api.ts';
import type { ComputeNodeConfig } from '../../contracts/config.ts';
import { createLogger } from '../../lib/logger.ts';
import { startComputeNode } from '../start-node.ts';
import { FrameClient } from './frame-client.ts';

export const clusterKey = 'c0ffee'.repeat(10);

export interface TestNode extends AsyncDisposable {
  address: string;
  home: string;
  log: string[];
  /** A control call with the cluster key; an object or array as body is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same, for its JSON; throws when the status is another than `status`. */
  json<T>(method: string, path: string, body?: unknown, status?: number): Promise<T>;
  frames(): Promise<FrameClient>;
  close(): Promise<boolean>;
}

/** A compute node with real interpreters on a free loopback port, in a home of its own that goes with it. */
export async function startTestNode(
  change: (config: ComputeNodeConfig) => void = () => {},
): Promise<TestNode> {
  const home = mkdtempSync(join(tmpdir(), 'plinth-compute-'));
  chmodSync(home, 0o711);
  const config = testConfig(home);
  change(config);
  const log: string[] = [];
  const logger = createLogger('Information', (line) => log.push(line));
  const paths = homePaths({ PLINTH_HOME: home });
  const node = await startComputeNode({ config, paths, logger, logPath: paths.computeNodeLogs }).catch(
    (error: unknown) => {
      rmSync(home, { recursive: true, force: true });
      throw error;
    },
  );
  const { address } = node;
  const call: TestNode['call'] = (method, path, body, headers = {}) => {
    const raw = body instanceof Uint8Array || typeof body === 'string' || body instanceof ReadableStream;
    return fetch(`${address}${path}`, {
      method,
      headers: { [clusterKeyHeader]: clusterKey, [correlationHeader]: 'test-call', ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body), duplex: 'half' }),
    });
  };
  return {
    address,
    home,
    log,
    call,
    async json<T>(method: string, path: string, body?: unknown, status = 200) {
      const response = await call(method, path, body);
      const text = await response.text();
      if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    frames: () => FrameClient.open(address, clusterKey),
    close: () => node.close(),
    async [Symbol.asyncDispose]() {
      await node.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The defaults, thawed, with few interpreters and any free port. */
export function testConfig(home: string): ComputeNodeConfig {
  const { config } = loadComputeNodeConfig({ PLINTH_HOME: home });
  const thawed = structuredClone(config);
  thawed.configured = 'test';
  thawed.Kestrel.Port = 0;
  thawed.Kestrel.BindAddress = '127.0.0.1';
  thawed.Pool.InitialSize = 1;
  thawed.Runtimes.Python.Preload = [];
  return thawed;
}
