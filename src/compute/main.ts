import { type Environment, processEnvironment } from '../config/environment.ts';
import { loadComputeNodeConfig } from '../config/load.ts';
import { PlinthError } from '../domain/errors.ts';
import { openLogFile } from '../lib/log-file.ts';
import { createLogger, type LogLevel } from '../lib/logger.ts';
import { runStopPhases, stopSignal } from '../lib/shutdown.ts';
import { startComputeNode } from './start-node.ts';

/** The process of a compute node: from its settings to SIGTERM or SIGINT. Resolves to its exit code. */
export async function runComputeNode(environment: Environment): Promise<number> {
  const { config, home, warnings } = loadComputeNodeConfig(environment);
  const { LogsPath, LogLevel, MaxLogsFilesNumber } = config.Logging;
  const folder = LogsPath || home.computeNodeLogs;
  const log = openLogFile({ folder, name: 'computenode', keep: MaxLogsFilesNumber });
  const logger = createLogger(LogLevel.Default as LogLevel, log.write);
  for (const warning of warnings) logger.warning(warning);
  process.on('uncaughtException', (error) => {
    logger.critical('The compute node ends: a fault that nobody caught', error);
    process.exit(1);
  });
  const stop = stopSignal();
  try {
    const node = await startComputeNode({ config, paths: home, logger, logPath: folder });
    logger.information(`The compute node stops: ${await stop}.`);
    return (await node.close()) ? 0 : 1;
  } catch (error) {
    logger.critical('The compute node cannot start', error);
    throw error;
  } finally {
    await runStopPhases([{ name: 'log', milliseconds: 2000, run: () => log.close() }], logger.error);
  }
}

if (import.meta.main)
  try {
    process.exit(await runComputeNode(processEnvironment()));
  } catch (error) {
    const reason = error instanceof PlinthError ? error.message : ((error as Error).stack ?? String(error));
    process.stderr.write(`The compute node cannot start. ${reason}\n`);
    process.exitCode = 1;
  }
