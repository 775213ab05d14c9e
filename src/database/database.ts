/**
 * PORT: all durable state. `open.ts` makes one from a connection string; every dialect passes the same tests.
 * Times are epoch milliseconds, identifiers lower-case GUIDs, identities compared as lower-case text (SEC-13).
 */
import type { ParameterDefinition, RuntimeName } from '../contracts/data-types.ts';

export interface Database {
  readonly type: 'sqlite' | 'postgresql' | 'sqlserver';
  readonly name: string;
  readonly settings: SettingsRepository;
  readonly logins: LoginsRepository;
  readonly services: ServicesRepository;
  readonly snapshots: SnapshotsRepository;
  readonly sessions: SessionsRepository;
  readonly computeNodes: ComputeNodesRepository;
  readonly blobs: BlobsRepository;
  /** Throws DatabaseUnavailable when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Small values shared by all web nodes: cluster key, signing key pair, hash of the admin password. */
export interface SettingsRepository {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  /** Stores value unless the key exists; returns what is stored then. Two nodes starting at once agree by this. */
  putIfAbsent(key: string, value: string): Promise<string>;
}

/** One sign-in and the chain of token pairs that came of it. */
export interface Login {
  id: string;
  username: string;
  /** 128 upper-case hex digits, stays through refreshes (LOG-4). */
  loginSessionId: string;
  loginAt: number;
  lastUse: number;
  revoked: boolean;
  /** Number of the current token pair; a token of an earlier pair is dead. */
  generation: number;
  /** SHA-256 of the current refresh token, hex. */
  refreshTokenHash: string;
}

export interface LoginsRepository {
  insert(login: Login): Promise<void>;
  get(id: string): Promise<Login | null>;
  /** Replaces hash, generation and lastUse only if the stored hash still is `expectedHash` and it is not revoked; false otherwise. */
  rotate(
    id: string,
    expectedHash: string,
    next: { refreshTokenHash: string; generation: number; lastUse: number },
  ): Promise<boolean>;
  revoke(id: string): Promise<void>;
  /** Revokes every login of the user; returns how many. */
  revokeAllOf(username: string): Promise<number>;
  removeUnusedSince(time: number): Promise<number>;
}

export interface StoredService {
  name: string;
  version: string;
  publishedBy: string;
  createdAt: number;
  /** Counts PATCHes, from 1. */
  revision: number;
  runtime: RuntimeName;
  code: string;
  initCode: string | null;
  description: string | null;
  operationId: string | null;
  inputs: ParameterDefinition[];
  outputs: ParameterDefinition[];
  outputFileNames: string[];
  /** Id of the snapshot it was published from (shown to clients; the snapshot itself may be gone). */
  snapshotId: string | null;
  /** SHA-256 of the snapshot's content, kept alive by this reference. */
  snapshotBlob: string | null;
}

export interface ServicesRepository {
  /** False when (name, version) exists. Counts the reference to snapshotBlob in the same transaction. */
  insert(service: StoredService): Promise<boolean>;
  get(name: string, version: string): Promise<StoredService | null>;
  /** Ordered by name, then creation time. */
  list(name?: string): Promise<StoredService[]>;
  /** Replaces the row of (name, version) if its revision still is `service.revision - 1`; moves the blob reference; false otherwise. */
  update(service: StoredService): Promise<boolean>;
  /** False when there was none. Gives the blob reference back. */
  remove(name: string, version: string): Promise<boolean>;
}

export interface StoredSnapshot {
  id: string;
  name: string;
  owner: string;
  runtime: RuntimeName;
  createdAt: number;
  size: number;
  blob: string;
}

export interface SnapshotsRepository {
  insert(snapshot: StoredSnapshot): Promise<void>;
  get(id: string): Promise<StoredSnapshot | null>;
  listOf(owner: string): Promise<StoredSnapshot[]>;
  remove(id: string): Promise<boolean>;
}

export interface StoredSession {
  id: string;
  name: string;
  owner: string;
  runtime: RuntimeName;
  /** URI of the compute node that holds it. */
  node: string;
  createdAt: number;
  /** When its interpreter was found gone (then it answers 410 for an hour), or null. */
  goneAt: number | null;
}

export interface SessionsRepository {
  insert(session: StoredSession): Promise<void>;
  get(id: string): Promise<StoredSession | null>;
  listOf(owner: string): Promise<StoredSession[]>;
  markGone(id: string, time: number): Promise<void>;
  remove(id: string): Promise<boolean>;
  /** Forgets sessions gone before `time`. */
  removeGoneBefore(time: number): Promise<number>;
}

export interface ComputeNodesRepository {
  /** Entries as stored (URIs and ranges), in order of declaration. */
  list(): Promise<string[]>;
  add(entries: string[]): Promise<void>;
  remove(entries: string[]): Promise<void>;
  replace(entries: string[]): Promise<void>;
}

/** Content by SHA-256, in 1 MiB chunks, counted by snapshots and services; unreferenced content is removed. */
export interface BlobsRepository {
  /** Stores a stream; returns its hash and size. The content has one reference, the caller's, until release. */
  put(content: AsyncIterable<Uint8Array>): Promise<{ hash: string; size: number }>;
  /** Null when unknown. */
  read(hash: string): Promise<{ size: number; content: AsyncIterable<Uint8Array> } | null>;
  /** Gives the caller's reference back; removes the content with the last one. */
  release(hash: string): Promise<void>;
}
