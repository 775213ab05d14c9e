import type { WebContext } from '../context.ts';
import type { Caller } from '../login/callers.ts';
import { catalogueEntry } from './catalogue.ts';
import { withdraw } from './distribute.ts';
import { noSuchService } from './list.ts';
import { requireChangeable } from './patch.ts';

/** Deletes one version; calls already running finish. */
export async function removeService(
  context: WebContext,
  request: { id: string; caller: Caller },
  name: string,
  version: string,
): Promise<void> {
  const { database, catalogue } = context;
  const service = await database.services.get(name, version);
  if (service === null) throw noSuchService(name, version);
  requireChangeable(request.caller, service);
  if (!(await database.services.remove(name, version))) throw noSuchService(name, version);
  catalogue.forget(name, version);
  withdraw(context, catalogueEntry(service).key, request.id);
}
