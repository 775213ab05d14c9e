import type { RestClient } from '../rest-client.ts';
import { executeCode } from './code-execution.ts';
import { offeredRuntimes, type StatusReport, settledStatus, troubled } from './status.ts';
import { runStep, type StepResult, type Verdict, worst } from './step.ts';
import { publishCallDelete } from './throw-away-service.ts';

/** The result of the suite; the raw status comes with it when not everything passes (DIA-5). */
export interface Diagnosis {
  result: Verdict;
  steps: StepResult[];
  status?: StatusReport;
}

/** Proves that a signed-in user can do everything: health, code in each runtime, a service in each runtime. */
export async function diagnose(client: RestClient, tell: (result: StepResult) => void): Promise<Diagnosis> {
  let status: StatusReport | undefined;
  const steps = [
    await runStep(
      'status',
      async () => {
        status = await settledStatus(client);
        const message = troubled(status).join(', ') || 'all components pass';
        return { result: status.statusCode, message };
      },
      tell,
    ),
  ];
  const runtimes = status === undefined ? [] : offeredRuntimes(status);
  if (status !== undefined && runtimes.length === 0)
    steps.push(
      await runStep(
        'runtimes',
        async () => ({ result: 'fail', message: 'no compute node offers R or Python' }),
        tell,
      ),
    );
  for (const runtime of runtimes) {
    steps.push(await runStep(`code execution in ${runtime}`, () => executeCode(client, runtime), tell));
    steps.push(await runStep(`service in ${runtime}`, () => publishCallDelete(client, runtime), tell));
  }
  const result = worst(steps);
  return result === 'pass' || status === undefined ? { result, steps } : { result, steps, status };
}
