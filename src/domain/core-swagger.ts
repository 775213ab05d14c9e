import { coreDefinitions } from './core-swagger-definitions.ts';
import { arrayOf, body, file, pathText, ref, response, type Schema } from './swagger-parts.ts';

/**
 * The 43 operations that are not those of a published service: method, path, operationId, status and body of success,
 * documented failures, and what goes in besides the path. Generated clients of many years take their method names
 * from the operationIds and their class names from the tags.
 */
const operations = `
post   /login  login  200 AccessTokenResponse  401  loginRequest:LoginRequest
post   /login/refreshToken  renewToken  200 AccessTokenResponse  401  renewTokenRequest:RenewTokenRequest
delete /login/refreshToken  revokeRefreshToken  200 AccessTokenResponse  401  refreshToken
get    /services  getAllWebServices  200 WebService[]  401
get    /services/{name}  getAllWebServiceVersionsByName  200 WebService[]  401
post   /services/{name}  publishWebService  201 string  400,401,403,409  publishWebServiceRequest:PublishWebServiceRequest
get    /services/{name}/{version}  getWebServiceVersion  200 WebService[]  401,404
post   /services/{name}/{version}  publishWebServiceVersion  201 string  400,401,403,409  publishWebServiceRequest:PublishWebServiceRequest
patch  /services/{name}/{version}  patchWebServiceVersion  200 string  400,401,403,404  patchWebServiceRequest:PublishWebServiceRequest
delete /services/{name}/{version}  deleteWebServiceVersion  200 -  401,403,404
post   /realtime-services/{name}  publishRealtimeWebServiceByName  201 string  400,401,403,409  model
post   /realtime-services/{name}/{version}  publishRealtimeWebServiceByNameVersion  201 string  400,401,403,409  model
patch  /realtime-services/{name}/{version}  patchRealtimeWebServiceByNameVersion  200 string  400,401,403,404  model?
post   /services/{name}/{version}/pool  createOrUpdateServicePool  200 string  400,401,403  createOrUpdateServicePoolRequest:CreateOrUpdateServicePoolRequest
get    /services/{name}/{version}/pool  getServicePoolStatus  200 ServicePoolStatusResponse[]  401
delete /services/{name}/{version}/pool  deleteServicePool  200 string  400,401,403
get    /api/{name}/{version}/swagger.json  GetWebServiceSwagger  200 SwaggerJsonResponse  400,401,404
post   /sessions  createSession  201 CreateSessionResponse  401,404  createSessionRequest:CreateSessionRequest
get    /sessions  listSessions  200 Session[]  401
delete /sessions/{id}  closeSession  200 string  401,404
delete /sessions/{id}/force  closeSessionByForce  200 string  401,404
post   /sessions/{id}/execute  executeCode  200 ExecuteResponse  401,404  executeRequest:ExecuteRequest
post   /sessions/{id}/cancel  cancelSession  200 string  401,404
get    /sessions/{id}/console-output  getSessionConsoleOutput  200 ConsoleOutputResponse  401,404
get    /sessions/{id}/history  listSessionHistory  200 string[]  401,404
post   /sessions/{id}/files  uploadSessionFile  201 -  401,404  file
get    /sessions/{id}/files  listSessionFiles  200 string[]  401,404
get    /sessions/{id}/files/{fileName}  getSessionFile  200 file  401,404
delete /sessions/{id}/files/{fileName}  deleteSessionFile  200 -  401,404
get    /sessions/{id}/workspace  listWorkspaceObjects  200 string[]  401,404,410
post   /sessions/{id}/workspace/{objectName}  setWorkspaceObject  200 -  401,404  content
get    /sessions/{id}/workspace/{objectName}  getWorkspaceObject  200 file  401,404
delete /sessions/{id}/workspace/{objectName}  deleteWorkspaceObject  200 -  401,404
post   /sessions/{id}/snapshot  CreateSnapshot  201 CreateSnapshotResponse  401,404  createSnapshotRequest:CreateSnapshotRequest
post   /sessions/{id}/loadsnapshot/{snapshotId}  LoadSnapshot  200 -  401,404
get    /snapshots  ListSnapshots  200 Snapshot[]  401
get    /snapshots/{id}  GetSnapshotContent  200 file  401,404
delete /snapshots/{id}  DeleteSnapshot  200 string  401,404
get    /status  status  200 StatusResponse  401,500
get    /computenodes  getComputeNodes  200 GetComputeNodesResponse  401
post   /computenodes  setComputeNodes  200 -  400,401,403  updateComputeNodesRequest:UpdateComputeNodesRequest
put    /computenodes  addComputeNode  200 -  400,401,403  updateComputeNodesRequest:UpdateComputeNodesRequest
delete /computenodes  removeComputeNode  200 -  400,401,403  updateComputeNodesRequest:UpdateComputeNodesRequest
`;

const tags: Record<string, string> = {
  login: 'Authentication APIs',
  services: 'Services Management APIs',
  'realtime-services': 'Services Management APIs',
  api: 'Service Consumption APIs',
  sessions: 'Session APIs',
  snapshots: 'Snapshot APIs',
  status: 'Status APIs',
  computenodes: 'Centralized Configuration APIs',
};

const meanings: Record<string, string> = {
  400: 'The request is not acceptable.',
  401: 'No valid credential came with the request.',
  403: 'The caller may not do this.',
  404: 'Unknown, or not visible to the caller.',
  409: 'It exists already.',
  410: 'The session existed, but its interpreter is gone.',
  500: 'Unexpected fault.',
};

/** The Swagger 2.0 document of the platform itself. */
export function coreSwagger(): object {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const row of operations.trim().split('\n')) {
    const [method = '', path = '', operationId, status = '', success = '', failures = '', input] =
      row.split(/ +/);
    paths[path] ??= {};
    paths[path][method] = {
      tags: [tags[path.split('/')[1] ?? '']],
      operationId,
      ...mediaTypes(input, success),
      parameters: [...pathParameters(path), ...inputParameters(input)],
      responses: {
        [status]: response('Success.', bodyOf(success)),
        ...Object.fromEntries(
          failures.split(',').map((code) => [code, response(meanings[code] ?? '', ref('Error'))]),
        ),
      },
    };
  }
  return {
    swagger: '2.0',
    info: { title: 'MRSServer', version: '9.3.0', description: 'API of the operationalization server.' },
    schemes: ['http', 'https'],
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
    definitions: coreDefinitions,
  };
}

/** `-` none, `file`, `string`, the name of a definition, or any of these with `[]`. */
function bodyOf(notation: string): Schema | undefined {
  if (notation === '-') return undefined;
  if (notation === 'file') return file;
  const item = notation.replace('[]', '');
  const schema = item === 'string' ? { type: 'string' } : ref(item);
  return item === notation ? schema : arrayOf(schema);
}

const pathParameters = (path: string): Schema[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathText(name, `The ${name} in the path.`));

const form = (name: string, type: 'file' | 'string', required: boolean, description: string): Schema => ({
  name,
  in: 'formData',
  description,
  required,
  type,
});

function inputParameters(input: string | undefined): Schema[] {
  switch (input) {
    case undefined:
      return [];
    case 'refreshToken':
      return [{ name: input, in: 'query', description: 'Token to revoke.', required: true, type: 'string' }];
    case 'file':
      return [form('file', 'file', true, 'The file.')];
    case 'content':
      return [body('content', 'The serialized object.', { type: 'string', format: 'binary' })];
    case 'model':
    case 'model?':
      return [
        form('model', 'file', input === 'model', 'The serialized model.'),
        form('description', 'string', false, 'What the service does.'),
        form('operationId', 'string', false, 'Alias of the consume operation.'),
      ];
    default: {
      const [name = '', definition = ''] = input.split(':');
      return [body(name, 'The request.', ref(definition))];
    }
  }
}

/** Only what differs from JSON is said at the operation. */
function mediaTypes(input: string | undefined, success: string): Schema {
  const types: Schema = {};
  if (input === 'file' || input?.startsWith('model')) types.consumes = ['multipart/form-data'];
  if (input === 'content') types.consumes = ['application/octet-stream'];
  if (success === 'file') types.produces = ['application/octet-stream'];
  return types;
}
