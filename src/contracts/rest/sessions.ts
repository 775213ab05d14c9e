/** Bodies of /sessions: what clients send and what they get. Names are matched without case, null means absent. */
import { type Static, Type } from 'typebox';

export const CreateSessionRequest = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 256 })),
  snapshotId: Type.Optional(Type.String()),
  /** R (default) or Python, in any case. */
  runtimeType: Type.Optional(Type.String()),
});
export type CreateSessionRequest = Static<typeof CreateSessionRequest>;

export interface CreateSessionResponse {
  sessionId: string;
}

export interface Session {
  id: string;
  name: string;
  owner: string;
  runtimeType: 'R' | 'Python';
}

export const ExecuteRequest = Type.Object({
  code: Type.String(),
  inputParameters: Type.Optional(
    Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), value: Type.Optional(Type.Unknown()) })),
  ),
  outputParameters: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
});
export type ExecuteRequest = Static<typeof ExecuteRequest>;

export const CreateSnapshotRequest = Type.Object({ name: Type.Optional(Type.String({ maxLength: 256 })) });
export type CreateSnapshotRequest = Static<typeof CreateSnapshotRequest>;

export interface CreateSnapshotResponse {
  snapshotId: string;
}
