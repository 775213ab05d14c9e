import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SettingChange } from '../../config/edit-text.ts';
import type { NodeRole } from '../../config/environment.ts';
import type { HomePaths } from '../../config/home.ts';
import { loadWebNodeConfig } from '../../config/load.ts';
import { updateSettingsFile } from '../../config/rewrite.ts';
import { pinFingerprint } from '../../config/trusted-key.ts';
import { hashPassword, verifyPassword } from '../../identity/passwords.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { lifeCycle } from '../nodes/life-cycle.ts';
import { type LocalNode, nodeTitle, readLocalNode, refusing, settingsFileOf } from '../nodes/local-node.ts';
import { checkPort, startNodes } from '../nodes/start.ts';
import { stopNodes } from '../nodes/stop.ts';
import { isStarted } from '../supervise/run-file.ts';
import { type ComputeNodeSources, declareComputeNodes, requireComputeNodes } from './compute-nodes.ts';
import { nextSteps } from './next-steps.ts';

/** A set-up whose words have been checked; everything else is checked here before anything is changed. */
export interface SetupRequest {
  /** Compute node first. */
  roles: readonly NodeRole[];
  /** Of `admin`; null on a machine without a web node. */
  password: string | null;
  /** Canonical entries of `--uri`. */
  uris: readonly string[];
  /** The cluster key a compute node shall trust, or null for the first that comes. */
  fingerprint: string | null;
  start: boolean;
}

/** What `node setup` prints. */
export interface SetupReport {
  nodes: { type: 'web' | 'compute'; endpoint: string; status: string; configFile: string; logPath: string }[];
  computeNodeUris: string[];
  database: 'sqlite' | null;
  nextSteps: string[];
}

/** Configures nodes of this machine and starts them. A node that runs is restarted with its new settings. */
export async function setUp(context: CommandContext, request: SetupRequest): Promise<SetupReport> {
  const { roles } = request;
  const isWeb = roles.includes('webnode');
  const nodes = await checkNodes(context, roles);
  const sources = isWeb ? computeNodeSources(context, request, nodes) : null;
  if (sources !== null) await requireComputeNodes(context, sources);

  await writeSettings(context, request, sources?.web.Authentication.AdminPassword ?? '');
  if (request.fingerprint !== null) pinFingerprint(context.home.data, request.fingerprint);
  const computeNodeUris = sources === null ? [] : await declareComputeNodes(context, sources);
  lifeCycle(context).install(roles);
  if (request.start) await restart(context, roles);
  return {
    nodes: nodes.map((node) => ({
      type: node.type,
      endpoint: node.publicEndpoint,
      status: request.start ? 'running' : 'stopped',
      configFile: node.settingsFile,
      logPath: node.logPath,
    })),
    computeNodeUris,
    database: isWeb ? 'sqlite' : null,
    nextSteps: nextSteps(nodes),
  };
}

async function restart(context: CommandContext, roles: readonly NodeRole[]): Promise<void> {
  const started = roles.filter((role) => isStarted(context.home, role));
  await stopNodes(context, started);
  await startNodes(context, roles);
}

async function checkNodes(context: CommandContext, roles: readonly NodeRole[]): Promise<LocalNode[]> {
  const nodes = roles.map((role) => readLocalNode(context.io.environment, role));
  const ports = nodes.map((node) => node.port);
  if (new Set(ports).size < ports.length)
    throw new CommandError(
      'failed',
      `Both nodes would listen on port ${ports[0]}`,
      'Give each its own Kestrel.Port',
    );
  for (const role of roles) await checkPort(context, role);
  return nodes;
}

function computeNodeSources(
  context: CommandContext,
  request: SetupRequest,
  nodes: readonly LocalNode[],
): ComputeNodeSources {
  const file = settingsFileOf(context.home, 'webnode');
  const { config: web } = refusing(file, () => loadWebNodeConfig(context.io.environment));
  const here = nodes.find((node) => node.role === 'computenode') ?? configuredComputeNode(context);
  return { web, here, given: request.uris };
}

function configuredComputeNode({ io }: CommandContext): LocalNode | null {
  const node = readLocalNode(io.environment, 'computenode');
  return node.configured ? node : null;
}

/** Only what set-up owns is written: the password and the marker. All else stays the administrator's. */
async function writeSettings(
  { home, report }: CommandContext,
  { roles, password }: SetupRequest,
  presentHash: string,
): Promise<void> {
  makeHome(home);
  const configured = { path: ['configured'], value: 'configured' };
  for (const role of roles) {
    report.detail(`Writing the settings of the ${nodeTitle(role)} …`);
    const changes: SettingChange[] = [configured];
    // A hash of the same password is another text each time; the file shall only change when the password does.
    if (role === 'webnode' && password !== null && !(await verifyPassword(password, presentHash)))
      changes.unshift({ path: ['Authentication', 'AdminPassword'], value: await hashPassword(password) });
    const file = settingsFileOf(home, role);
    refusing(file, () => updateSettingsFile(file, changes));
  }
}

/** The interpreters run under an account of their own and must be able to pass through to their folders. */
function makeHome(home: HomePaths): void {
  const created = mkdirSync(dirname(home.data), { recursive: true });
  if (created !== undefined) chmodSync(dirname(home.data), 0o755);
}
