/** One step of an orderly stop. `milliseconds` is its deadline: the next step begins then, whatever this one does. */
export interface StopPhase {
  name: string;
  milliseconds: number;
  run: () => Promise<unknown>;
}

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Resolves with the first SIGTERM or SIGINT. A second one ends the process at once with 128 plus its number:
 * whoever sends it has decided not to wait.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of stopSignals) {
      process.on(signal, () => {
        if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
        asked = true;
        resolve(signal);
      });
    }
  });
}

/**
 * Runs the phases one after another; one that throws or outlives its deadline is reported and passed over, so that a
 * stop always ends. Resolves to whether all of them ended well.
 */
export async function runStopPhases(
  phases: readonly StopPhase[],
  report: (message: string, cause?: unknown) => void,
): Promise<boolean> {
  let clean = true;
  for (const phase of phases) {
    try {
      await within(phase.milliseconds, phase.run());
    } catch (error) {
      clean = false;
      report(`Stopping: "${phase.name}" did not end well`, error);
    }
  }
  return clean;
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not done after ${milliseconds} ms`)), milliseconds);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
