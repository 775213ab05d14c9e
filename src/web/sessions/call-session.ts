import type { StoredSession } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import type {
  ComputeNode,
  ComputeNodes,
  ControlAnswer,
  ControlCall,
} from '../compute-nodes/compute-nodes.ts';
import type { WebContext } from '../context.ts';
import type { SessionDirectory, Visit } from './directory.ts';

/** What every use-case on an open session needs. */
export interface SessionPorts {
  readonly context: WebContext;
  readonly sessions: SessionDirectory;
}

/** A control call relative to `/sessions/{id}`. */
export type SessionCall = Omit<ControlCall, 'correlationId'>;

/** Makes a call on the compute node that holds the caller's session. A session it lost is noted: 410 from then on. */
export async function callSession(
  { context, sessions }: SessionPorts,
  visit: Visit,
  call: SessionCall,
): Promise<ControlAnswer> {
  const session = await sessions.live(visit);
  const node = nodeOf(context.computeNodes, session);
  try {
    return await node.request({
      timeoutMs: context.config.ComputeNodesConfiguration.ConnectionTimeout,
      ...call,
      path: `/sessions/${visit.id}${call.path}`,
      correlationId: visit.correlationId,
    });
  } catch (error) {
    if (await isLost(node, visit, error)) throw await sessions.vanished(visit.id);
    throw error;
  }
}

/** The node a session lives on, whether it answers or not. */
export function nodeOf(computeNodes: ComputeNodes, session: StoredSession): ComputeNode {
  const node = computeNodes.find(session.node);
  if (node !== undefined) return node;
  throw new PlinthError(
    'BackEndBusy',
    `The compute node of session ${session.id} is not among the declared compute nodes. Ask the administrator to declare it again.`,
  );
}

/** Whether the node still holds the session, asked by its cheapest question. A node that does not answer may. */
export async function isHeld(node: ComputeNode, id: string, correlationId: string): Promise<boolean> {
  try {
    const answer = await node.request({
      method: 'GET',
      path: `/sessions/${id}/files`,
      correlationId,
      timeoutMs: 5_000,
    });
    answer.body.resume();
    return true;
  } catch (error) {
    if (error instanceof PlinthError) return error.code !== 'NotFound' && error.code !== 'Gone';
    throw error;
  }
}

/** A compute node says NotFound for a session it does not know as well as for a file or object of one it does. */
async function isLost(node: ComputeNode, visit: Visit, error: unknown): Promise<boolean> {
  if (!(error instanceof PlinthError)) return false;
  if (error.code === 'Gone') return true;
  return error.code === 'NotFound' && !(await isHeld(node, visit.id, visit.correlationId));
}
