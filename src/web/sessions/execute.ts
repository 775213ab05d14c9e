import type { ExecuteRequest } from '../../contracts/rest/sessions.ts';
import { parseCode } from '../../domain/service-text.ts';
import type { ControlAnswer } from '../compute-nodes/compute-nodes.ts';
import { callSession, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';

/**
 * Runs code in a session. The answer is the ExecuteResponse as the compute node has written it; calls on one session
 * queue there. Aborting the signal interrupts the code.
 */
export function execute(
  ports: SessionPorts,
  visit: Visit,
  { code, inputParameters = [], outputParameters = [] }: ExecuteRequest,
  signal: AbortSignal,
): Promise<ControlAnswer> {
  return callSession(ports, visit, {
    method: 'POST',
    path: '/execute',
    body: {
      code: parseCode(code, 'code'),
      inputParameters: inputParameters.map(({ name, value }) => ({ name, value: value ?? null })),
      outputParameters,
    },
    signal,
  });
}
