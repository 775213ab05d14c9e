import { serviceDefinitions } from './swagger-document-definitions.ts';
import {
  arrayOf,
  body,
  file,
  jsonOnly,
  pathText,
  ref,
  response,
  type ServiceDescription,
} from './swagger-parts.ts';

/**
 * The Swagger 2.0 document of a published version, keys in the order clients have always seen. Everything a code
 * generator depends on is here on purpose: names of definitions, schema-less 400 and 500, and the wire type of each
 * parameter as its description.
 */
export function swaggerDocument(service: ServiceDescription): object {
  const description = service.description ?? '';
  return {
    swagger: '2.0',
    info: { title: service.name, version: service.version, description },
    schemes: ['http', 'https'],
    securityDefinitions: { Bearer: { type: 'apiKey', name: 'Authorization', in: 'header' } },
    tags: [{ name: service.name, description }],
    ...jsonOnly,
    paths: { ...loginPaths, ...servicePaths(service) },
    definitions: serviceDefinitions(service),
  };
}

const fixedOperationIds = [
  'login',
  'renewToken',
  'revokeRefreshToken',
  'StartBatchExecution',
  'GetBatchExecutions',
  'GetBatchExecutionStatus',
  'CancelAndDeleteBatchExecution',
  'GetBatchExecutionFiles',
  'GetBatchExecutionFile',
];

/** Generators turn ids into method names without regard to case, so an alias that differs only by case collides too. */
function consumeOperationId(alias: string | null): string {
  if (alias === null || alias === '') return 'ConsumeWebService';
  const taken = fixedOperationIds.some((id) => id.toLowerCase() === alias.toLowerCase());
  return taken ? 'ConsumeWebService' : alias;
}

const failure = response('Unexpected error.', ref('Error'));

/** Without a schema AutoRest clients return null for these, with one they throw: sample applications rely on null. */
const withoutSchema = {
  400: response('The request is not acceptable, for example because an input is missing.'),
  500: response('The service could not be run.'),
};

const loginPaths = {
  '/login': {
    post: {
      tags: ['User'],
      description: 'Signs a user in and returns an access token and a refresh token.',
      operationId: 'login',
      parameters: [body('loginRequest', 'User name and password.', ref('LoginRequest'))],
      responses: { 200: response('The user is signed in.', ref('AccessTokenResponse')), default: failure },
    },
  },
  '/login/refreshToken': {
    post: {
      tags: ['User'],
      description: 'Exchanges a refresh token for a new pair of tokens.',
      operationId: 'renewToken',
      parameters: [body('renewTokenRequest', 'The current refresh token.', ref('RenewTokenRequest'))],
      responses: { 200: response('A new pair of tokens.', ref('AccessTokenResponse')), default: failure },
    },
    delete: {
      tags: ['User'],
      description: 'Revokes a refresh token and the access token that came with it.',
      operationId: 'revokeRefreshToken',
      parameters: [
        {
          name: 'refreshToken',
          in: 'query',
          description: 'Token to revoke.',
          required: true,
          type: 'string',
        },
      ],
      responses: { 200: response('The tokens are revoked.', ref('AccessTokenResponse')), default: failure },
    },
  },
};

function servicePaths(service: ServiceDescription): Record<string, object> {
  const base = `/api/${encodeURI(service.name)}/${encodeURI(service.version)}`;
  const operation = (operationId: string, description: string) => ({
    tags: [service.name],
    description,
    operationId,
  });
  const security = [{ Bearer: [] }];
  const executionId = pathText('executionId', 'Identifier of the batch execution.');
  const index = {
    name: 'index',
    in: 'path',
    description: 'Zero-based number of the record.',
    required: true,
    type: 'integer',
  };
  return {
    [base]: {
      post: {
        ...operation(consumeOperationId(service.operationId), 'Runs the service once.'),
        parameters: [body('WebServiceParameters', 'Inputs of the service.', ref('InputParameters'))],
        responses: {
          200: response('Outputs of the service.', ref('WebServiceResult')),
          ...withoutSchema,
          default: failure,
        },
        security,
      },
    },
    [`${base}/batch`]: {
      post: {
        ...operation('StartBatchExecution', 'Starts one run of the service per record.'),
        parameters: [
          body('BatchWebServiceParameters', 'Inputs of each record.', arrayOf(ref('InputParameters'))),
          {
            name: 'parallelCount',
            in: 'query',
            description: 'How many records may run at the same time.',
            required: false,
            type: 'integer',
            format: 'int32',
          },
        ],
        responses: {
          202: response('The batch execution is accepted.', ref('StartBatchExecutionResponse')),
          ...withoutSchema,
          default: failure,
        },
        security,
      },
      get: {
        ...operation('GetBatchExecutions', 'Lists the batch executions of the service.'),
        ...jsonOnly,
        responses: {
          200: response('Identifiers of batch executions.', arrayOf({ type: 'string' })),
          default: failure,
        },
        security,
      },
    },
    [`${base}/batch/{executionId}`]: {
      get: {
        ...operation('GetBatchExecutionStatus', 'State and results of a batch execution.'),
        ...jsonOnly,
        parameters: [
          executionId,
          {
            name: 'showPartialResults',
            in: 'query',
            description: 'Whether to return finished records before all are finished.',
            required: false,
            type: 'boolean',
          },
        ],
        responses: {
          200: response('State of the batch execution.', ref('BatchWebServiceResult')),
          default: failure,
        },
        security,
      },
      delete: {
        ...operation('CancelAndDeleteBatchExecution', 'Stops a batch execution and deletes its results.'),
        ...jsonOnly,
        parameters: [executionId],
        responses: {
          200: response('Identifiers of the deleted executions.', arrayOf({ type: 'string' })),
          default: failure,
        },
        security,
      },
    },
    [`${base}/batch/{executionId}/{index}/files`]: {
      get: {
        ...operation('GetBatchExecutionFiles', 'Lists the files one record has made.'),
        ...jsonOnly,
        parameters: [executionId, index],
        responses: { 200: response('Names of the files.', arrayOf({ type: 'string' })), default: failure },
        security,
      },
    },
    [`${base}/batch/{executionId}/{index}/files/{fileName}`]: {
      get: {
        ...operation('GetBatchExecutionFile', 'Downloads a file one record has made.'),
        ...jsonOnly,
        parameters: [executionId, index, pathText('fileName', 'Name of the file.')],
        responses: { 200: response('Content of the file.', file), default: failure },
        security,
      },
    },
  };
}
