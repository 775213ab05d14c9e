import type { SessionExecuteRequest } from '../../contracts/compute-api.ts';
import { bindSessionInputs } from '../../domain/bind-session-inputs.ts';
import { executeResponse } from '../../domain/web-service-result.ts';
import type { CallContext, InteractiveSession } from '../../runtime/runtime.ts';

/** Runs code in a session; resolves to the ExecuteResponse as JSON text. */
export async function execute(
  session: InteractiveSession,
  { code, inputParameters, outputParameters }: SessionExecuteRequest,
  call: CallContext,
): Promise<string> {
  const inputs = bindSessionInputs(inputParameters, session.runtime);
  const outcome = await session.execute(code, inputs, outputParameters, call);
  return executeResponse(outcome, outputParameters, session.runtime);
}
