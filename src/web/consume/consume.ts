import type { ErrorCode } from '../../contracts/error-codes.ts';
import { notFound, PlinthError } from '../../domain/errors.ts';
import type { ComputeNode, ExecutionAnswer } from '../compute-nodes/compute-nodes.ts';
import { handOver } from '../compute-nodes/hand-over.ts';
import type { WebContext } from '../context.ts';
import type { CatalogueEntry } from '../services/catalogue.ts';

export interface ConsumeCall {
  /** JSON as the client sent it; the compute node parses it. */
  body: Buffer;
  caller: string;
  correlationId: string;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
}

/** Refusals after which nothing has run, so that the next node may be asked. */
const elsewhere: readonly ErrorCode[] = ['ServiceBusy', 'BackEndBusy'];

/** Calls a published version once, on the least busy compute node that takes it. */
export async function consume(
  context: WebContext,
  name: string,
  version: string,
  call: ConsumeCall,
): Promise<ExecutionAnswer> {
  const entry = context.catalogue.cached(name, version) ?? (await findService(context, name, version));
  let refusal: PlinthError | undefined;
  for (const node of context.computeNodes.candidates()) {
    try {
      return await callOn(node, context, entry, call);
    } catch (error) {
      if (!(error instanceof PlinthError) || !elsewhere.includes(error.code)) throw error;
      refusal = error;
    }
  }
  throw refusal ?? new PlinthError('BackEndBusy', 'No compute node answers now; try again.');
}

/** A published version; NotFound when there is none. */
export async function findService(
  { catalogue }: WebContext,
  name: string,
  version: string,
): Promise<CatalogueEntry> {
  const entry = catalogue.cached(name, version) ?? (await catalogue.load(name, version));
  if (entry === null) throw notFound(`Service ${name}/${version} does not exist.`);
  return entry;
}

async function callOn(
  node: ComputeNode,
  context: WebContext,
  entry: CatalogueEntry,
  call: ConsumeCall,
): Promise<ExecutionAnswer> {
  const { config, database } = context;
  const header = {
    service: entry.key,
    correlationId: call.correlationId,
    caller: call.caller,
    timeoutMs: Math.min(
      config.ComputeNodesConfiguration.ConnectionTimeout,
      config.Kestrel.Limits.RequestTimeout,
    ),
  };
  let answer = await node.execute(header, call.body, call.signal);
  if (answer.header.error === 'UnknownService') {
    await handOver(node, database.blobs, entry, call.correlationId);
    answer = await node.execute(header, call.body, call.signal);
  }
  const { error, message, fields } = answer.header;
  if (error === undefined) return answer;
  if (error === 'UnknownService')
    throw new PlinthError('BackEndBusy', `Compute node ${node.uri} does not keep the service it was given.`);
  throw new PlinthError(error, message ?? 'The call failed.', typeof fields === 'string' ? { fields } : {});
}
