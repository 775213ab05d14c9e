import type { WebService } from '../../contracts/rest/services.ts';
import type { StoredService } from '../../database/database.ts';
import { notFound, type PlinthError } from '../../domain/errors.ts';
import { mayChange, sameIdentity } from '../../domain/permissions.ts';
import { wireTime } from '../../domain/wire-time.ts';
import type { WebContext } from '../context.ts';
import type { Caller } from '../login/callers.ts';

/** All versions, or those of one name, by name and age; code only where the caller may see it. */
export async function listServices(
  context: WebContext,
  caller: Caller,
  name?: string,
): Promise<WebService[]> {
  const services = await context.database.services.list(name);
  return services.map((service) => asSeenBy(caller, service));
}

export async function describeService(
  context: WebContext,
  caller: Caller,
  name: string,
  version: string,
): Promise<WebService> {
  const service = await context.database.services.get(name, version);
  if (service === null) throw noSuchService(name, version);
  return asSeenBy(caller, service);
}

export const noSuchService = (name: string, version: string): PlinthError =>
  notFound(`Service ${name}/${version} does not exist.`);

function asSeenBy({ role, username }: Caller, service: StoredService): WebService {
  const changeable = mayChange(role, username, service.publishedBy);
  // Who has fallen to Reader cannot change his own services any more, but still knows their code.
  const visible = changeable || sameIdentity(username, service.publishedBy);
  return {
    name: service.name,
    version: service.version,
    versionPublishedBy: service.publishedBy,
    creationTime: wireTime(service.createdAt),
    snapshotId: service.snapshotId,
    runtimeType: service.runtime,
    initCode: visible ? service.initCode : null,
    code: visible ? service.code : null,
    description: service.description,
    operationId: service.operationId,
    inputParameterDefinitions: service.inputs,
    outputParameterDefinitions: service.outputs,
    outputFileNames: service.outputFileNames,
    myPermissionOnService: changeable ? 'read/write' : 'read only',
  };
}
