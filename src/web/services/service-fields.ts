import type { PatchServiceRequest } from '../../contracts/rest/services.ts';
import type { StoredService } from '../../database/database.ts';
import { checkText, parseCode, parseFileNames, parseParameters } from '../../domain/service-text.ts';

/** The stored fields a request sets. Absent ones are absent; an empty optional text clears its field. */
export function readFields(body: PatchServiceRequest): Partial<StoredService> {
  const fields: Partial<StoredService> = {};
  if (body.code !== undefined) fields.code = parseCode(body.code, 'code');
  if (body.initCode !== undefined) fields.initCode = parseCode(body.initCode, 'initCode') || null;
  if (body.description !== undefined) fields.description = readText(body.description, 'description');
  if (body.operationId !== undefined) fields.operationId = readText(body.operationId, 'operationId');
  if (body.inputParameterDefinitions !== undefined)
    fields.inputs = parseParameters(body.inputParameterDefinitions, 'inputParameterDefinitions');
  if (body.outputParameterDefinitions !== undefined)
    fields.outputs = parseParameters(body.outputParameterDefinitions, 'outputParameterDefinitions');
  if (body.outputFileNames !== undefined)
    fields.outputFileNames = parseFileNames(body.outputFileNames, 'outputFileNames');
  return fields;
}

function readText(text: string, field: string): string | null {
  checkText(text, field);
  return text === '' ? null : text;
}
