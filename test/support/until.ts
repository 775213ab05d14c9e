import { setTimeout as delay } from 'node:timers/promises';

/** Thrown by a question that will never have an answer. */
export class GiveUp extends Error {}

/** Asks again every 50 ms until the answer is something; throws what it last got after `ms` milliseconds. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  ms = 30_000,
): Promise<T> {
  const deadline = performance.now() + ms;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) return answer;
      last = answer;
    } catch (error) {
      if (error instanceof GiveUp) throw error;
      last = error;
    }
    await delay(50);
  }
  throw new Error(`${what}: not within ${ms} ms.`, { cause: last });
}
