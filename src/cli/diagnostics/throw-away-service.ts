import { randomUUID } from 'node:crypto';
import type { RuntimeName } from '../../contracts/data-types.ts';
import { CommandError } from '../command-error.ts';
import type { RestClient } from '../rest-client.ts';

const code: Record<RuntimeName, string> = { R: 'answer <- a * b', Python: 'answer = a * b' };
const expected = 42;

interface ServiceResult {
  success: boolean;
  errorMessage: string;
  outputParameters: { answer?: unknown };
}

/** Publishes a service, calls it and deletes it again. Throws when any of it fails: storage, or the call. */
export async function publishCallDelete(client: RestClient, runtime: RuntimeName): Promise<string> {
  const path = `plinth-diagnostics-${randomUUID()}/v1`;
  const numeric = (name: string) => ({ name, type: 'numeric' });
  await client.send('POST', `/services/${path}`, {
    runtimeType: runtime,
    code: code[runtime],
    inputParameterDefinitions: [numeric('a'), numeric('b')],
    outputParameterDefinitions: [numeric('answer')],
  });
  try {
    const result = await client.send<ServiceResult>('POST', `/api/${path}`, { a: 6, b: 7 });
    if (!result.success)
      throw new CommandError(
        'failed',
        `The service reported: ${result.errorMessage}`,
        'Look into the log of the compute node',
      );
    if (result.outputParameters.answer === expected)
      return `published, gave ${expected} for 6 and 7, deleted`;
    throw new CommandError(
      'failed',
      `The service gave ${JSON.stringify(result.outputParameters.answer)} for 6 and 7`,
      `${expected} was expected`,
    );
  } finally {
    await client.send('DELETE', `/services/${path}`);
  }
}
