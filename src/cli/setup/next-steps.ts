import type { NodeRole } from '../../config/environment.ts';
import type { LocalNode } from '../nodes/local-node.ts';
import { openPortHint } from './firewall.ts';

/** What the administrator should do after a set-up, in the order it has to be done in. */
export function nextSteps(nodes: readonly LocalNode[]): string[] {
  const open = nodes.find((node) => node.role === 'webnode') ?? nodes[0];
  const steps =
    open === undefined ? [] : [`configure TLS before opening ${open.port}`, openPortHint(open.port)];
  const isOnebox = nodes.length > 1;
  const [role]: (NodeRole | undefined)[] = nodes.map((node) => node.role);
  if (isOnebox) steps.push(sqliteStep);
  else if (role === 'webnode')
    steps.push('repeat on further web nodes with the same JWT certificate settings', sqliteStep);
  else steps.push(`declare it on the web nodes, e.g. --uri http://<this machine>:${open?.port}`);
  return steps;
}

const sqliteStep =
  'SQLite cannot be shared: configure SQL Server or PostgreSQL now if you plan more than one web node; later switching loses data';
