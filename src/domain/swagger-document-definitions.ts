import type { ParameterDefinition, WireType } from '../contracts/data-types.ts';
import { arrayOf, int32, object, ref, type Schema, type ServiceDescription, text } from './swagger-parts.ts';

const swaggerType: Record<WireType, string> = {
  logical: 'boolean',
  numeric: 'number',
  integer: 'integer',
  character: 'string',
  vector: 'object',
  matrix: 'object',
  'data.frame': 'object',
};

/** The description is functional: clients read the R type from it. */
const parameters = (definitions: ParameterDefinition[]): Schema =>
  object(
    Object.fromEntries(
      definitions.map(({ name, type }) => [name, { type: swaggerType[type], description: type }]),
    ),
  );

/** Exactly these, by these names: generated clients are full of them. */
export function serviceDefinitions(service: ServiceDescription): Record<string, Schema> {
  return {
    InputParameters: parameters(service.inputs),
    OutputParameters: parameters(service.outputs),
    Error: object({
      code: int32('HTTP status of the answer.'),
      message: text('What went wrong.'),
      fields: text('The fields of the request at fault, comma separated.'),
    }),
    WebServiceResult: webServiceResult(service.outputFileNames.length > 0),
    StartBatchExecutionResponse: object({ batchExecutionId: text('Identifier of the batch execution.') }),
    BatchWebServiceResult: object({
      state: {
        type: 'string',
        description: 'How far the batch execution is.',
        enum: ['pending', 'inProgress', 'ready', 'complete'],
      },
      completedItemCount: int32('Records that are finished.'),
      totalItemCount: int32('Records in all.'),
      parallelCount: int32('Records that may run at the same time.'),
      batchExecutionResults: {
        ...arrayOf(ref('WebServiceResult')),
        description: 'Results in the order of the records.',
      },
    }),
    LoginRequest: object({ username: text('Name of the user.'), password: text('Password of the user.') }),
    RenewTokenRequest: object({ refreshToken: text('The current refresh token.') }),
    AccessTokenResponse: object({
      token_type: text('Always Bearer.'),
      access_token: text('Token to send in the Authorization header, after "Bearer ".'),
      expires_on: text('When the access token expires, in Unix seconds.'),
      refresh_token: text('Token that can be exchanged for a new pair.'),
    }),
  };
}

function webServiceResult(withFiles: boolean): Schema {
  const outputFiles = {
    type: 'object',
    description: 'Files the run made, by name, in base64.',
    additionalProperties: { type: 'string', format: 'byte' },
  };
  return object({
    success: { type: 'boolean', description: 'Whether the code ran to its end.' },
    errorMessage: text('Why it did not; empty on success.'),
    consoleOutput: text('What the code printed.'),
    changedFiles: {
      ...arrayOf({ type: 'string' }),
      description: 'Names of files created or changed in the working directory.',
    },
    ...(withFiles ? { outputFiles } : {}),
    outputParameters: ref('OutputParameters'),
  });
}
