import type { Logger } from '../lib/logger.ts';
import { openLaunchers } from './open-launchers.ts';
import { detectPython } from './python/launch.ts';
import { detectR } from './r/launch.ts';
import type { Runtimes } from './runtime.ts';
import type { RuntimeSettings } from './workshop.ts';

/**
 * Finds the interpreters, takes the working directory and chooses the containment. Throws Conflict when another node
 * uses the directory, NotConfigured when user code could not be contained.
 */
export async function openRuntimes(settings: RuntimeSettings, logger: Logger): Promise<Runtimes> {
  const found = await Promise.all([detectR(settings.Runtimes.R), detectPython(settings.Runtimes.Python)]);
  return openLaunchers(
    found.filter((launcher) => launcher !== null),
    settings,
    logger,
  );
}
