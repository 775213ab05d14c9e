import type { RuntimeName } from '../../contracts/data-types.ts';
import { CommandError } from '../command-error.ts';
import type { RestClient } from '../rest-client.ts';

const snippets: Record<RuntimeName, string> = {
  R: 'answer <- sum(1:8) + 6',
  Python: 'answer = sum(range(1, 9)) + 6',
};
const expected = 42;

interface ExecuteResponse {
  success: boolean;
  errorMessage: string;
  outputParameters: { name: string; value: unknown }[];
}

/** Computes something in a temporary session and closes it. Throws when the answer is wrong or does not come. */
export async function executeCode(client: RestClient, runtime: RuntimeName): Promise<string> {
  const { sessionId } = await client.send<{ sessionId: string }>('POST', '/sessions', {
    name: 'diagnostics',
    runtimeType: runtime,
  });
  try {
    const answer = await client.send<ExecuteResponse>('POST', `/sessions/${sessionId}/execute`, {
      code: snippets[runtime],
      outputParameters: ['answer'],
    });
    if (!answer.success)
      throw new CommandError(
        'failed',
        `${runtime} reported: ${answer.errorMessage}`,
        'Look into the log of the compute node',
      );
    // R has no scalars: its number arrives as a list of one.
    const value = [answer.outputParameters[0]?.value].flat()[0];
    if (value === expected) return `${snippets[runtime]} gave ${value}`;
    throw new CommandError(
      'failed',
      `${snippets[runtime]} gave ${JSON.stringify(value)}`,
      `${expected} was expected`,
    );
  } finally {
    await client.send('DELETE', `/sessions/${sessionId}`);
  }
}
