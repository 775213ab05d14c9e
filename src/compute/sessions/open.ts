import type { OpenSessionRequest } from '../../contracts/compute-api.ts';
import { invalidRequest } from '../../domain/errors.ts';
import type { CallContext } from '../../runtime/runtime.ts';
import type { ComputeContext } from '../context.ts';
import { MissingBlob } from '../faults.ts';
import { loadSnapshot } from './load-snapshot.ts';

/** Opens a session, with a snapshot loaded if one is named: when that fails there is no session. */
export async function openSession(
  context: ComputeContext,
  { snapshot, ...request }: OpenSessionRequest,
  call: CallContext,
): Promise<void> {
  const { blobs, runtimes, sessions } = context;
  if (!runtimes.installed().includes(request.runtime))
    throw invalidRequest(`This compute node does not run ${request.runtime}.`, 'runtime');
  if (snapshot !== null && (await blobs.find(snapshot)) === null) throw new MissingBlob(snapshot);
  await sessions.open(request, call);
  try {
    if (snapshot !== null)
      await sessions.use(request.id, (session) => loadSnapshot(context, session, snapshot));
    call.signal.throwIfAborted();
  } catch (error) {
    await sessions.close(request.id, true);
    throw error;
  }
}
