/** Bodies of /services: what clients send and what they get. Names are matched without case, null means absent. */
import { type Static, Type } from 'typebox';
import type { ParameterDefinition, RuntimeName } from '../data-types.ts';

const parameters = Type.Optional(Type.Array(Type.Object({ name: Type.String(), type: Type.String() })));

/** Every field of a service a client may choose; PATCH sends those that change. */
export const PatchServiceRequest = Type.Object({
  snapshotId: Type.Optional(Type.String()),
  code: Type.Optional(Type.String({ minLength: 1 })),
  description: Type.Optional(Type.String()),
  operationId: Type.Optional(Type.String()),
  inputParameterDefinitions: parameters,
  outputParameterDefinitions: parameters,
  /** R (default) or Python, in any case. */
  runtimeType: Type.Optional(Type.String()),
  initCode: Type.Optional(Type.String()),
  outputFileNames: Type.Optional(Type.Array(Type.String())),
});
export type PatchServiceRequest = Static<typeof PatchServiceRequest>;

export const PublishServiceRequest = Type.Object({
  ...PatchServiceRequest.properties,
  code: Type.String({ minLength: 1 }),
});
export type PublishServiceRequest = Static<typeof PublishServiceRequest>;

/** One published version. */
export interface WebService {
  name: string;
  version: string;
  versionPublishedBy: string;
  /** `yyyy-MM-ddTHH:mm:ss.fff`, UTC, without a zone. */
  creationTime: string;
  snapshotId: string | null;
  runtimeType: RuntimeName;
  /** Null unless the caller may see it; so is code. */
  initCode: string | null;
  code: string | null;
  description: string | null;
  operationId: string | null;
  inputParameterDefinitions: ParameterDefinition[];
  outputParameterDefinitions: ParameterDefinition[];
  outputFileNames: string[];
  myPermissionOnService: 'read/write' | 'read only';
}
