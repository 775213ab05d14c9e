import type { Logger } from '../lib/logger.ts';
import type { Launcher } from './launcher.ts';
import { NodeRuntimes } from './node-runtimes.ts';
import type { Runtimes } from './runtime.ts';
import { chooseSandbox } from './sandbox/choose.ts';
import { takeWorkDir } from './work-dir.ts';
import { hardLimit, openWorkshop, type RuntimeSettings } from './workshop.ts';

/** `openRuntimes` for interpreters that were found already; throws the same. */
export async function openLaunchers(
  launchers: Launcher[],
  settings: RuntimeSettings,
  logger: Logger,
): Promise<Runtimes> {
  const root = process.getuid?.() === 0;
  const workDir = await takeWorkDir(settings.WorkDir, logger);
  try {
    const sandbox = await chooseSandbox(
      {
        mode: settings.Isolation.Mode,
        network: settings.Isolation.Network,
        firstUid: settings.Isolation.Uid,
        uids: launchers.length * hardLimit(settings.Pool),
        workDir: workDir.path,
        root,
      },
      logger,
    );
    logger.information(`User code is contained by ${sandbox.kind}; limits are set by rlimit.`);
    const workshop = openWorkshop(workDir.path, sandbox, settings.Limits, logger);
    return new NodeRuntimes(launchers, workshop, settings, () => workDir.release());
  } catch (error) {
    await workDir.release();
    throw error;
  }
}
