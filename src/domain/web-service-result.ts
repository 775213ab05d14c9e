import type { RuntimeName } from '../contracts/data-types.ts';
import type { ServiceDefinition } from '../contracts/service-definition.ts';
import type { OutputValue } from '../contracts/values.ts';
import { shapeOutputs } from './shape-outputs.ts';
import { shapeSessionOutputs } from './shape-session-outputs.ts';
import { writeText } from './write-json.ts';

/** What both kinds of answer are made of: the part of a run's outcome that clients see. */
export interface RunResult {
  ok: boolean;
  errorMessage: string;
  outputs: readonly OutputValue[];
  consoleOutput: string;
  changedFiles: readonly string[];
}

/** The complete WebServiceResult, as JSON text. A failed run has no outputs and only the files it made. */
export function webServiceResult(
  result: RunResult & { files: readonly (Uint8Array | null)[] },
  definition: Pick<ServiceDefinition, 'outputs' | 'outputFileNames' | 'runtime'>,
): string {
  const outputs = result.ok ? shapeOutputs(definition.outputs, result.outputs, definition.runtime) : '{}';
  const files = writeFiles(definition.outputFileNames, result);
  return `${opening(result)},"outputParameters":${outputs},"outputFiles":${files},${ending(result)}`;
}

/** The complete ExecuteResponse of a session, as JSON text. */
export function executeResponse(
  result: RunResult,
  outputNames: readonly string[],
  runtime: RuntimeName,
): string {
  const outputs = result.ok ? shapeSessionOutputs(outputNames, result.outputs, runtime) : '[]';
  return `${opening(result)},"outputParameters":${outputs},${ending(result)}`;
}

/** Clients compare errorMessage with "" to see success, so it is never null. */
const opening = ({ ok, errorMessage }: RunResult): string =>
  ok ? '{"success":true,"errorMessage":""' : `{"success":false,"errorMessage":${writeText(errorMessage)}`;

const ending = ({ consoleOutput, changedFiles }: RunResult): string =>
  `"consoleOutput":${writeText(consoleOutput)},"changedFiles":[${changedFiles.map(writeText).join(',')}]}`;

function writeFiles(
  names: readonly string[],
  result: { ok: boolean; files: readonly (Uint8Array | null)[] },
) {
  const files: string[] = [];
  names.forEach((name, i) => {
    const content = result.files[i] ?? null;
    if (content !== null) files.push(`${writeText(name)}:"${base64(content)}"`);
    else if (result.ok) files.push(`${writeText(name)}:null`);
  });
  return `{${files.join(',')}}`;
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
