import { describeError } from '../command-error.ts';

export type Verdict = 'pass' | 'warn' | 'fail';

/** One line of a diagnostic result. */
export interface StepResult {
  step: string;
  result: Verdict;
  message: string;
}

/** Runs one step: the sentence it returns is a pass, a StepResult speaks for itself, whatever it throws is a fail. */
export async function runStep(
  step: string,
  action: () => Promise<string | Omit<StepResult, 'step'>>,
  tell: (result: StepResult) => void,
): Promise<StepResult> {
  const result = await attempt(step, action);
  tell(result);
  return result;
}

async function attempt(
  step: string,
  action: () => Promise<string | Omit<StepResult, 'step'>>,
): Promise<StepResult> {
  try {
    const outcome = await action();
    return typeof outcome === 'string' ? { step, result: 'pass', message: outcome } : { step, ...outcome };
  } catch (error) {
    return { step, result: 'fail', message: describeError(error) };
  }
}

/** The worst of several verdicts; pass for none. */
export function worst(results: readonly { result: Verdict }[]): Verdict {
  const order: readonly Verdict[] = ['fail', 'warn', 'pass'];
  return order.find((verdict) => results.some(({ result }) => result === verdict)) ?? 'pass';
}
