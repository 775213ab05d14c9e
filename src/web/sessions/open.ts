import { randomInt, randomUUID } from 'node:crypto';
import type { RuntimeName } from '../../contracts/data-types.ts';
import type { CreateSessionRequest } from '../../contracts/rest/sessions.ts';
import type { StoredSession, StoredSnapshot } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import { parseRuntime } from '../../domain/service-text.ts';
import { visibleSnapshot } from '../../domain/snapshot-access.ts';
import type { ComputeNode } from '../compute-nodes/compute-nodes.ts';
import type { SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';
import { sameRuntime, withSnapshot } from './load-snapshot.ts';
import type { Quota } from './quota.ts';

/** Opens a session on the least loaded compute node that can take it, with the snapshot loaded if one is asked for. */
export async function openSession(
  ports: SessionPorts,
  quota: Quota,
  { caller, correlationId }: Omit<Visit, 'id'>,
  request: CreateSessionRequest,
): Promise<StoredSession> {
  const runtime = parseRuntime(request.runtimeType);
  const snapshot = await requestedSnapshot(ports, caller, request.snapshotId);
  if (snapshot !== null) sameRuntime(snapshot, runtime);
  const owner = caller.username;
  const reservation = await quota.reserve(owner, correlationId);
  try {
    const id = randomUUID();
    const node = await startOnANode(ports, { id, runtime, owner, snapshot, correlationId });
    reservation.free();
    const name = request.name === undefined || request.name === '' ? randomName() : request.name;
    const session = {
      id,
      name,
      owner,
      runtime,
      node: node.uri,
      createdAt: ports.context.now(),
      goneAt: null,
    };
    await record(ports, session, node, correlationId);
    return session;
  } finally {
    reservation.free();
  }
}

async function requestedSnapshot(
  { context }: SessionPorts,
  caller: Visit['caller'],
  id: string | undefined,
): Promise<StoredSnapshot | null> {
  if (id === undefined || id === '') return null;
  return visibleSnapshot(await context.database.snapshots.get(id), id, caller);
}

interface Start {
  id: string;
  runtime: RuntimeName;
  owner: string;
  snapshot: StoredSnapshot | null;
  correlationId: string;
}

/** Tries the healthy nodes, best first, until one is not too busy. */
async function startOnANode({ context }: SessionPorts, start: Start): Promise<ComputeNode> {
  let refusal: unknown;
  for (const node of [context.computeNodes.choose(), ...context.computeNodes.candidates().slice(1)]) {
    try {
      await startOn(context, node, start);
      return node;
    } catch (error) {
      if (!isBusy(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function startOn(
  context: SessionPorts['context'],
  node: ComputeNode,
  { id, runtime, owner, snapshot, correlationId }: Start,
): Promise<void> {
  await withSnapshot(context.database, node, snapshot?.blob ?? null, async () => {
    const answer = await node.request({
      method: 'POST',
      path: '/sessions',
      correlationId,
      body: {
        id,
        runtime,
        owner,
        snapshot: snapshot?.blob ?? null,
        idleTimeoutMs: context.config.Sessions.IdleTimeout,
      },
      timeoutMs: context.config.ComputeNodesConfiguration.ConnectionTimeout,
    });
    answer.body.resume();
  });
}

/** A session nobody can find must not keep an interpreter. */
async function record(
  { sessions }: SessionPorts,
  session: StoredSession,
  node: ComputeNode,
  correlationId: string,
): Promise<void> {
  try {
    await sessions.add(session);
  } catch (error) {
    const answer = await node.request({
      method: 'DELETE',
      path: `/sessions/${session.id}?force=true`,
      correlationId,
    });
    answer.body.resume();
    throw error;
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof PlinthError && (error.code === 'ServiceBusy' || error.code === 'BackEndBusy');

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Fifteen letters and digits, as clients are used to seeing. */
const randomName = (): string =>
  Array.from({ length: 15 }, () => alphabet[randomInt(alphabet.length)]).join('');
