import type { PatchServiceRequest } from '../../contracts/rest/services.ts';
import type { StoredService } from '../../database/database.ts';
import { invalidRequest, PlinthError } from '../../domain/errors.ts';
import { mayChange } from '../../domain/permissions.ts';
import { parseRuntime } from '../../domain/service-text.ts';
import type { WebContext } from '../context.ts';
import type { Caller } from '../login/callers.ts';
import { catalogueEntry } from './catalogue.ts';
import { distribute, withdraw } from './distribute.ts';
import { noSuchService } from './list.ts';
import { usableSnapshot } from './publish-rules.ts';
import { readFields } from './service-fields.ts';

/** Others may change the same version at the same moment; each tries again on top of what it finds. */
const attempts = 5;

/** Changes the fields a request names; calls already running keep the old definition. */
export async function patchService(
  context: WebContext,
  request: { id: string; caller: Caller },
  name: string,
  version: string,
  body: PatchServiceRequest,
): Promise<void> {
  const { database, catalogue } = context;
  const fields = readFields(body);
  const wishedRuntime = body.runtimeType === undefined ? null : parseRuntime(body.runtimeType);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await database.services.get(name, version);
    if (before === null) throw noSuchService(name, version);
    requireChangeable(request.caller, before);
    if (wishedRuntime !== null && wishedRuntime !== before.runtime)
      throw invalidRequest(
        `The runtimeType of a service cannot change from ${before.runtime}; publish another version.`,
        'runtimeType',
      );
    const after = { ...before, ...fields, revision: before.revision + 1 };
    if (body.snapshotId !== undefined) {
      const snapshot = await usableSnapshot(context, request.caller, body.snapshotId, before.runtime);
      after.snapshotId = snapshot?.id ?? null;
      after.snapshotBlob = snapshot?.blob ?? null;
    }
    if (!(await database.services.update(after))) continue;
    catalogue.forget(name, version);
    const [old, current] = [catalogueEntry(before), catalogueEntry(after)];
    if (old.key === current.key) return;
    await distribute(context, current, request.id);
    return withdraw(context, old.key, request.id);
  }
  throw new PlinthError('Conflict', `Service ${name}/${version} is being changed by others; try again.`);
}

/** Owners may change every version, Contributors those they published. */
export function requireChangeable({ role, username }: Caller, service: StoredService): void {
  if (!mayChange(role, username, service.publishedBy))
    throw new PlinthError(
      'Forbidden',
      `Service ${service.name}/${service.version} was published by ${service.publishedBy}; only its publisher or an Owner may change it.`,
    );
}
