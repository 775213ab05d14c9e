import { processEnvironment } from '../config/environment.ts';
import type { HomePaths } from '../config/home.ts';
import { loadWebNodeConfig } from '../config/load.ts';
import type { WebNodeConfig } from '../contracts/config.ts';
import { openLogFile } from '../lib/log-file.ts';
import { createLogger, type Logger, type LogLevel } from '../lib/logger.ts';
import { runStopPhases, stopSignal } from '../lib/shutdown.ts';
import { buildWebApp } from './app.ts';
import { keepHouse } from './keep-house.ts';
import { listen } from './listen.ts';
import { openContext } from './open-context.ts';
import { buildUnconfiguredApp } from './unconfigured-app.ts';

export interface WebNodeOptions {
  config: WebNodeConfig;
  home: HomePaths;
  logger: Logger;
  /** Epoch milliseconds. */
  now?: () => number;
}

export interface WebNode {
  /** URL it is reached by on this machine. */
  address: string;
  /** Lets running requests end within 30 s, then lets go of everything it holds. */
  close(): Promise<void>;
}

/** How long running requests may take to end when the node stops, in milliseconds. */
const requestGrace = 30_000;
const closeGrace = 2000;

/** Opens the ports, listens; a node that was not set up only answers its probes. */
export async function startWebNode(options: WebNodeOptions): Promise<WebNode> {
  const { config, home, logger, now = Date.now } = options;
  const { Port, BindAddress } = config.Kestrel;
  if (config.configured === '') {
    logger.warning('The web node has not been set up; it only answers its probes.');
    const app = buildUnconfiguredApp(config, logger);
    return { address: await listen(app, Port, BindAddress), close: () => app.close() };
  }
  const context = await openContext({ config, home, logger, now });
  const stopHousekeeping = keepHouse(context);
  const app = buildWebApp(context);
  const close = async (): Promise<void> => {
    stopHousekeeping();
    await runStopPhases(
      [
        { name: 'requests', milliseconds: requestGrace, run: () => app.close() },
        { name: 'compute nodes', milliseconds: closeGrace, run: () => context.computeNodes.close() },
        { name: 'database', milliseconds: closeGrace, run: () => context.database.close() },
      ],
      logger.error,
    );
  };
  try {
    return { address: await listen(app, Port, BindAddress), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The web node as a process: settings and log file in, one node until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { config, home, warnings } = loadWebNodeConfig(processEnvironment());
  const { LogLevel, LogsPath, MaxLogsFilesNumber } = config.Logging;
  const folder = LogsPath || home.webNodeLogs;
  const log = openLogFile({ folder, name: 'webnode', keep: MaxLogsFilesNumber });
  const logger = createLogger(LogLevel.Default as LogLevel, log.write);
  for (const warning of warnings) logger.warning(warning);
  process.on('uncaughtException', (error) => {
    logger.critical('The web node ends: a fault that nobody caught', error);
    process.exit(1);
  });
  const stop = stopSignal();
  try {
    const node = await startWebNode({ config, home, logger });
    logger.information(`The web node listens on ${node.address}.`);
    logger.information(`Stopping after ${await stop}.`);
    await node.close();
  } catch (error) {
    logger.critical('The web node cannot start', error);
    throw error;
  } finally {
    await log.close();
  }
}

if (import.meta.main) {
  try {
    await main();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`ERROR: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
