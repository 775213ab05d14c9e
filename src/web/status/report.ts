import type { ComputeHealth, PoolHealth } from '../../contracts/compute-api.ts';
import type { StatusCode, StatusResponse } from '../../contracts/rest/status.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { ComputeNodes } from '../compute-nodes/compute-nodes.ts';
import type { WebContext } from '../context.ts';

type KnownNode = ReturnType<ComputeNodes['list']>[number];

/** The state of the whole system as this web node sees it; two web nodes asked in turn give equal trees. */
export async function report(context: WebContext): Promise<StatusResponse> {
  const components = {
    backends: backends(context.computeNodes.list()),
    authentication: authentication(context),
    database: await databaseStatus(context),
  };
  return {
    statusCode: worst(Object.values(components)),
    details: { logPath: context.logPath },
    components,
  };
}

/** Members of a range that do not answer are normal: templates declare 255 addresses for a handful of machines. */
function backends(known: KnownNode[]): StatusResponse {
  const shown = known.filter(({ health, declared }) => health !== null || declared === 'uri');
  const components = Object.fromEntries(
    shown.map(({ node, health }) => [`${node.uri}/`, computeNode(health)] as const),
  );
  const passing = Object.values(components).filter(({ statusCode }) => statusCode === 'pass').length;
  let statusCode: StatusCode = passing === shown.length ? 'pass' : 'warn';
  if (passing === 0) statusCode = 'fail';
  return { statusCode, details: {}, components };
}

function computeNode(health: ComputeHealth | null): StatusResponse {
  if (health === null) return { statusCode: 'fail', details: {}, components: null };
  const { R, Python } = health.runtimes;
  const pools = [R, Python].filter((pool) => pool !== undefined);
  const works = health.ready && pools.length > 0 && pools.every(({ canOpenShell }) => canOpenShell);
  return {
    statusCode: works ? 'pass' : 'fail',
    details: {
      ...poolDetails('r', R),
      ...poolDetails('python', Python),
      apiVersion: health.apiVersion,
      isolation: health.isolation,
      limits: health.limits,
      logPath: health.logPath,
    },
    components: null,
  };
}

/** CanOpenShell has always been the text "True" or "False"; a runtime that is not installed has no keys. */
function poolDetails(prefix: 'r' | 'python', pool: PoolHealth | undefined): StatusResponse['details'] {
  if (pool === undefined) return {};
  return {
    [`${prefix}MaxPoolSize`]: pool.maxPoolSize,
    [`${prefix}ActiveShellCount`]: pool.activeShellCount,
    [`${prefix}CurrentPoolSize`]: pool.currentPoolSize,
    [`${prefix}CanOpenShell`]: pool.canOpenShell ? 'True' : 'False',
  };
}

function authentication({ identity }: WebContext): StatusResponse {
  const keys = { local: 'localAdmin', ldap: 'ldap', aad: 'azureActiveDirectory' } as const;
  const method: StatusResponse = { statusCode: 'pass', details: { enabled: true }, components: null };
  return { statusCode: 'pass', details: {}, components: { [keys[identity.method]]: method } };
}

async function databaseStatus({ database }: WebContext): Promise<StatusResponse> {
  const { type, name } = database;
  try {
    await database.ping();
    return { statusCode: 'pass', details: { type, name, state: 'Open' }, components: null };
  } catch (error) {
    if (!(error instanceof PlinthError) || error.code !== 'DatabaseUnavailable') throw error;
    return { statusCode: 'fail', details: { type, name, state: 'Closed' }, components: null };
  }
}

const severity: readonly StatusCode[] = ['pass', 'warn', 'fail'];

/** The root is as bad as the worst of its parts. */
const worst = (parts: StatusResponse[]): StatusCode =>
  severity[Math.max(...parts.map(({ statusCode }) => severity.indexOf(statusCode)))] ?? 'fail';
