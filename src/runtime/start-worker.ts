import { ConsoleFile } from './console-file.ts';
import { ContainedProcess } from './contained-process.ts';
import type { Launcher } from './launcher.ts';
import { makeWorkerFolder, removeFolder } from './worker-folder.ts';
import { WorkerProcess } from './worker-process.ts';
import type { Workshop } from './workshop.ts';

/** From the start of a process to its first frame. Python with its libraries takes 1.3 s on an idle machine. */
const readyWithinMs = 60_000;

/** Starts one blank worker; resolves when it is ready for its first job. Leaves nothing behind when it fails. */
export async function startWorker(launcher: Launcher, workshop: Workshop): Promise<WorkerProcess> {
  const slot = await workshop.slots.take();
  let worker: WorkerProcess;
  try {
    worker = await launch(launcher, workshop, slot);
  } catch (error) {
    workshop.slots.give(slot);
    throw error;
  }
  const timer = setTimeout(() => worker.kill(), readyWithinMs);
  try {
    // Together: an interpreter may die while it is recorded, and nobody else listens to `ready`.
    const [{ pid }] = await Promise.all([worker.ready, worker.process.record(worker.folder)]);
    if (!worker.process.locate(pid))
      throw new Error(`It says it is process ${pid}, but no such process was started.`);
    return worker;
  } catch (error) {
    worker.kill();
    await worker.gone;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** From here on the slot belongs to the worker, which gives it back when it is gone. */
async function launch(launcher: Launcher, workshop: Workshop, slot: number): Promise<WorkerProcess> {
  const { sandbox, logger } = workshop;
  const uid = sandbox.uid(slot);
  const folder = await makeWorkerFolder(workshop.workDir, uid);
  const console = new ConsoleFile(folder.console, workshop.consoleOutput);
  const command = sandbox.contain(launcher.command(sandbox.paths(folder)), {
    folder,
    uid,
    limits: workshop.processLimits,
  });
  const child = new ContainedProcess(command, console.descriptor, sandbox, uid);
  return new WorkerProcess({
    launcher,
    folder,
    uid,
    console,
    process: child,
    watch: workshop.watch,
    interruptGrace: workshop.interruptGrace,
    logger,
    dispose: async () => {
      console.close();
      await removeFolder(folder.path).catch((error: unknown) =>
        logger.error(`The folder of interpreter ${folder.id} could not be removed`, error),
      );
      workshop.slots.give(slot);
    },
  });
}
