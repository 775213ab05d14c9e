/**
 * Tables as rows are read and written. Times are epoch milliseconds, flags 0 or 1, structures JSON text; a `…Key` column
 * holds the lower-case form that identities are compared by.
 */
import type { RuntimeName } from '../contracts/data-types.ts';

export interface Schema {
  schemaVersions: { version: number; name: string; appliedAt: number };
  settings: { key: string; value: string };
  logins: {
    id: string;
    username: string;
    usernameKey: string;
    loginSessionId: string;
    loginAt: number;
    lastUse: number;
    revoked: number;
    generation: number;
    refreshTokenHash: string;
  };
  services: {
    name: string;
    version: string;
    publishedBy: string;
    createdAt: number;
    revision: number;
    runtime: RuntimeName;
    code: string;
    initCode: string | null;
    description: string | null;
    operationId: string | null;
    inputs: string;
    outputs: string;
    outputFileNames: string;
    snapshotId: string | null;
    snapshotBlob: string | null;
  };
  snapshots: {
    id: string;
    name: string;
    owner: string;
    ownerKey: string;
    runtime: RuntimeName;
    createdAt: number;
    size: number;
    blob: string;
  };
  sessions: {
    id: string;
    name: string;
    owner: string;
    ownerKey: string;
    runtime: RuntimeName;
    node: string;
    createdAt: number;
    goneAt: number | null;
  };
  computeNodes: { entry: string; position: number };
  /** `hash` is the SHA-256, or a private name while the content is being stored or removed. */
  blobs: { id: string; hash: string; size: number; refs: number };
  blobChunks: { blobId: string; position: number; content: Uint8Array };
  /** Content somebody is busy with: it stays although no row refers to it. */
  blobHolds: { id: string; blobId: string; purpose: 'put' | 'read'; heldAt: number };
}
