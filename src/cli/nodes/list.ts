import type { NodeRole } from '../../config/environment.ts';
import { productVersion } from '../../config/product-version.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError, describeError } from '../command-error.ts';
import { hopelessFailures, readRunRecord, runningParts } from '../supervise/run-file.ts';
import { type LocalNode, nodeType, readLocalNode } from './local-node.ts';
import { isReady } from './ping.ts';

/** A line of `node list`. */
export interface NodeRow {
  name: 'webnode' | 'computenode' | 'rserve';
  type: 'web' | 'compute' | 'rserve';
  configured: boolean;
  status: 'running' | 'stopped' | 'starting' | 'failed' | 'not configured';
  endpoint: string | null;
  pid: number | null;
  /** ISO time of the start. */
  since: string | null;
  version: string;
}

/** The nodes of this machine as they are now. The bridge `rserve` lives inside the compute node and shares its fate. */
export async function listNodes(context: CommandContext, roles: readonly NodeRole[]): Promise<NodeRow[]> {
  const rows: NodeRow[] = [];
  for (const role of roles) {
    const row = await describeNode(context, role);
    rows.push(row);
    if (role === 'computenode') rows.push({ ...row, name: 'rserve', type: 'rserve', endpoint: null });
  }
  return rows;
}

async function describeNode(context: CommandContext, role: NodeRole): Promise<NodeRow> {
  const node = readable(context, role);
  const record = readRunRecord(context.home, role);
  const running = runningParts(record);
  const endpoint = (running.node && record?.endpoint) || (node?.endpoint ?? null);
  const configured = node === null || node.configured;
  const status = async (): Promise<NodeRow['status']> => {
    if (running.node !== null && endpoint !== null && (await isReady(endpoint))) return 'running';
    if (running.node !== null && (record?.failures ?? 0) < hopelessFailures) return 'starting';
    if (running.node !== null || running.supervisor !== null) return 'failed';
    return configured ? 'stopped' : 'not configured';
  };
  return {
    name: role,
    type: nodeType(role),
    configured,
    status: await status(),
    endpoint: configured ? endpoint : null,
    pid: running.node?.pid ?? null,
    since: running.node === null ? null : (record?.since ?? null),
    version: productVersion,
  };
}

/** The settings of a node; null, with a warning, when they are refused: whether it runs can be told all the same. */
function readable({ io, report }: CommandContext, role: NodeRole): LocalNode | null {
  try {
    return readLocalNode(io.environment, role);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    report.warn(describeError(error));
    return null;
  }
}
