import { wireTypes } from '../contracts/data-types.ts';
import { arrayOf, int32, object, ref, type Schema, text } from './swagger-parts.ts';

const words = (description: string, ...values: readonly string[]): Schema => ({
  type: 'string',
  description,
  enum: values,
});
const strings = (description: string): Schema => ({ ...arrayOf({ type: 'string' }), description });
const list = (definition: string, description: string): Schema => ({
  ...arrayOf(ref(definition)),
  description,
});
const flag = (description: string): Schema => ({ type: 'boolean', description });

const runtime = words('Interpreter that runs the code.', 'R', 'Python');
const inputs = list('ParameterDefinition', 'Inputs of the service.');
const outputs = list('ParameterDefinition', 'Outputs of the service.');
const outputFiles = strings('Files the code makes that belong to the result.');

/** Schemas of the core document (spec section 6.1), properties in the order of the answers. */
export const coreDefinitions: Record<string, Schema> = {
  LoginRequest: object({ username: text('Name of the user.'), password: text('Password of the user.') }),
  RenewTokenRequest: required(object({ refreshToken: text('The current refresh token.') }), 'refreshToken'),
  AccessTokenResponse: object({
    token_type: text('Always Bearer.'),
    access_token: text('Token to send in the Authorization header, after "Bearer ".'),
    expires_on: text('When the access token expires, in Unix seconds.'),
    refresh_token: text('Token that can be exchanged for a new pair.'),
  }),
  Error: object({
    message: text('What went wrong.'),
    link: text('A page that helps.'),
    exceptionType: text('Kind of the error.'),
  }),
  ParameterDefinition: object({
    name: text('Name of the parameter.'),
    type: words('Type of the parameter.', ...wireTypes),
  }),
  PublishWebServiceRequest: object({
    snapshotId: text('Snapshot whose workspace and files the code finds.'),
    code: text('Code of the service; required to publish.'),
    description: text('What the service does.'),
    operationId: text('Alias of the consume operation.'),
    inputParameterDefinitions: inputs,
    outputParameterDefinitions: outputs,
    runtimeType: runtime,
    initCode: text('Code that runs before the service does.'),
    outputFileNames: outputFiles,
  }),
  WebService: required(
    object({
      name: text('Name.'),
      version: text('Version.'),
      versionPublishedBy: text('User who has published this version.'),
      creationTime: text('When it was published, UTC.'),
      snapshotId: text('Snapshot it was published from.'),
      runtimeType: words('What runs the service.', 'R', 'Python', 'Realtime'),
      initCode: text('Code that runs before the service does.'),
      code: text('Code of the service.'),
      description: text('What the service does.'),
      operationId: text('Alias of the consume operation.'),
      inputParameterDefinitions: inputs,
      outputParameterDefinitions: outputs,
      outputFileNames: outputFiles,
      myPermissionOnService: text('"read/write" or "read only".'),
    }),
    'name',
    'version',
  ),
  CreateOrUpdateServicePoolRequest: object({
    InitialPoolSize: int32('Interpreters kept ready.'),
    MaxPoolSize: int32('Interpreters at most.'),
  }),
  ServicePoolStatusResponse: object({
    ComputeNodeEndpoint: text('URI of the compute node.'),
    Status: words('State of the pool there.', 'Success', 'Pending', 'NotFound'),
  }),
  SwaggerJsonResponse: { type: 'object', description: 'The Swagger document of a service.' },
  CreateSessionRequest: object({
    name: text('Name of the session.'),
    snapshotId: text('Snapshot to load.'),
    runtimeType: runtime,
  }),
  CreateSessionResponse: object({ sessionId: text('Identifier of the session.') }),
  Session: object({
    id: text('Identifier.'),
    name: text('Name.'),
    owner: text('User who has opened it.'),
    runtimeType: runtime,
  }),
  ExecuteRequest: required(
    object({
      code: text('Code to run.'),
      inputParameters: list('WorkspaceObject', 'Variables set before the code runs.'),
      outputParameters: strings('Names of variables to return.'),
    }),
    'code',
  ),
  WorkspaceObject: object({
    name: text('Name of the variable.'),
    value: { type: 'object', description: 'Any JSON value.' },
  }),
  ExecuteResponse: object({
    success: flag('Whether the code ran to its end.'),
    errorMessage: text('Why it did not; empty on success.'),
    outputParameters: list('WorkspaceObject', 'The variables asked for.'),
    consoleOutput: text('What the code printed.'),
    changedFiles: strings('Files created or changed.'),
  }),
  ConsoleOutputResponse: object({ consoleOutput: text('What the running or last code printed.') }),
  CreateSnapshotRequest: object({ name: text('Name of the snapshot.') }),
  CreateSnapshotResponse: object({ snapshotId: text('Identifier of the snapshot.') }),
  Snapshot: object({
    id: text('Identifier.'),
    name: text('Name.'),
    owner: text('User who has made it.'),
    creationTime: text('When it was made, UTC.'),
    contentSize: int32('Bytes of its zip.'),
  }),
  StatusResponse: object({
    statusCode: words('State of this part.', 'fail', 'pass', 'warn'),
    details: { type: 'object', description: 'Facts about it.', additionalProperties: { type: 'object' } },
    components: {
      type: 'object',
      description: 'Its own parts.',
      additionalProperties: ref('StatusResponse'),
    },
  }),
  GetComputeNodesResponse: object({ computeNodes: strings('URIs and ranges as declared.') }),
  UpdateComputeNodesRequest: required(object({ entries: strings('URIs or ranges.') }), 'entries'),
};

function required(schema: Schema, ...names: string[]): Schema {
  return { ...schema, required: names };
}
