import type { ExecuteHeader, ResultHeader } from '../../contracts/compute-api.ts';
import { bindInputs } from '../../domain/bind-inputs.ts';
import { PlinthError } from '../../domain/errors.ts';
import { parseBody } from '../../domain/parse-json.ts';
import { webServiceResult } from '../../domain/web-service-result.ts';
import type { Outcome } from '../../runtime/runtime.ts';
import type { ComputeContext } from '../context.ts';
import { reportFault } from '../faults.ts';
import type { RegisteredService } from '../services/service-registry.ts';

/** A finished call: the header of the result frame and, when there is no error, the WebServiceResult in UTF-8. */
export interface Answer {
  header: ResultHeader;
  body?: Uint8Array;
}

/** Runs one call of a service; resolves to null when it was cancelled, so that nobody waits for an answer. */
export async function execute(
  context: ComputeContext,
  header: ExecuteHeader,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Answer | null> {
  const start = performance.now();
  const service = context.services.enter(header.service);
  if (service === undefined) return { header: { error: 'UnknownService', timings: [0, 0, since(start), 0] } };
  try {
    const outcome = await run(context, service, header, body, signal);
    const result = Buffer.from(webServiceResult(outcome, service.definition));
    const { createShell, initializeShell, interpreter } = outcome.timings;
    const total = since(start);
    logCall(context, service, header, outcome, total);
    return { header: { timings: [createShell, initializeShell, total, interpreter] }, body: result };
  } catch (thrown) {
    const reason: unknown = signal.aborted ? signal.reason : thrown;
    if (signal.aborted && !(reason instanceof PlinthError)) {
      context.logger.information(`${describe(service, header)} was cancelled.`);
      return null;
    }
    const { code, message, fields } = reportFault(reason, describe(service, header), context.logger);
    return { header: { error: code, message, fields, timings: [0, 0, since(start), 0] } };
  } finally {
    context.services.leave(service);
  }
}

async function run(
  { runtimes }: ComputeContext,
  service: RegisteredService,
  { correlationId, caller }: ExecuteHeader,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Outcome> {
  const { inputs, runtime } = service.definition;
  return runtimes.call(service, bindInputs(inputs, parseBody(body), runtime), {
    correlationId,
    caller,
    signal,
  });
}

function logCall(
  { logger }: ComputeContext,
  service: RegisteredService,
  header: ExecuteHeader,
  { ok, errorMessage }: Outcome,
  microseconds: number,
): void {
  if (!logger.enabled('Information')) return;
  const end = ok ? 'succeeded' : `failed in its code (${errorMessage.slice(0, 200).replaceAll('\n', ' ')})`;
  logger.information(`${describe(service, header)} ${end} after ${microseconds} µs`);
}

const describe = ({ definition }: RegisteredService, { caller, correlationId }: ExecuteHeader): string =>
  `Call of ${definition.name}/${definition.version} by ${caller} (request ${correlationId})`;

const since = (start: number): number => Math.round((performance.now() - start) * 1000);
