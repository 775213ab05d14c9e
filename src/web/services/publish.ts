import { randomUUID } from 'node:crypto';
import type { PublishServiceRequest } from '../../contracts/rest/services.ts';
import type { StoredService } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import { parseRuntime } from '../../domain/service-text.ts';
import { checkServiceSegment, versionPath } from '../../domain/service-version.ts';
import type { WebContext } from '../context.ts';
import type { Caller } from '../login/callers.ts';
import { catalogueEntry } from './catalogue.ts';
import { distribute } from './distribute.ts';
import { requireInstalled, usableSnapshot } from './publish-rules.ts';
import { readFields } from './service-fields.ts';

/**
 * Stores a new version and hands it to the compute nodes; without a version it gets a GUID. Conflict when the version
 * exists, whoever published it.
 */
export async function publish(
  context: WebContext,
  request: { id: string; caller: Caller },
  name: string,
  wishedVersion: string | null,
  body: PublishServiceRequest,
): Promise<StoredService> {
  const { database, catalogue, now } = context;
  const version = wishedVersion ?? randomUUID();
  checkServiceSegment(name, 'name');
  checkServiceSegment(version, 'version');
  const runtime = parseRuntime(body.runtimeType);
  const fields = readFields(body);
  const snapshot = await usableSnapshot(context, request.caller, body.snapshotId, runtime);
  requireInstalled(context, runtime);

  const service: StoredService = {
    name,
    version,
    publishedBy: request.caller.username,
    createdAt: now(),
    revision: 1,
    runtime,
    initCode: null,
    description: null,
    operationId: null,
    inputs: [],
    outputs: [],
    outputFileNames: [],
    snapshotId: snapshot?.id ?? null,
    snapshotBlob: snapshot?.blob ?? null,
    ...fields,
    code: fields.code ?? body.code,
  };
  if (!(await database.services.insert(service)))
    throw new PlinthError(
      'Conflict',
      `Service ${name}/${version} exists already. Change it with PATCH ${versionPath('/services', name, version)}, or publish under another version.`,
    );
  catalogue.forget(name, version);
  await distribute(context, catalogueEntry(service), request.id);
  return service;
}
