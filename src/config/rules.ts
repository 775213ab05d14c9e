import type { ComputeNodeConfig, WebNodeConfig } from '../contracts/config.ts';
import { expandComputeUris } from '../domain/compute-uris.ts';
import { PlinthError } from '../domain/errors.ts';
import { type LogLevel, logLevels } from '../lib/logger.ts';
import type { Problem } from './check.ts';

type Report = (key: string, message: string) => void;

/** What one value alone cannot tell about the settings of a web node. */
export function webNodeProblems(config: WebNodeConfig): Problem[] {
  return collect((report) => {
    checkListener(config, report);
    const { Authentication, ConnectionStrings, CORS, ComputeNodesConfiguration } = config;
    refuseMissing(report, {
      'Authentication.LDAP': Authentication.LDAP,
      'Authentication.AzureActiveDirectory': Authentication.AzureActiveDirectory,
      'Authentication.JWTSigningCertificate': Authentication.JWTSigningCertificate,
      'ConnectionStrings.postgresql': ConnectionStrings.postgresql,
      'ConnectionStrings.sqlserver': ConnectionStrings.sqlserver,
      CORS,
      'ComputeNodesConfiguration.ClientCertificate': ComputeNodesConfiguration.ClientCertificate,
    });
    checkUris(config, report);
    if (!config.ConnectionStrings.defaultDb.Enabled)
      report(
        'ConnectionStrings.defaultDb.Enabled',
        'No database is enabled; set ConnectionStrings.defaultDb.Enabled to true.',
      );
    else if (config.ConnectionStrings.defaultDb.Connection.trim() === '')
      report(
        'ConnectionStrings.defaultDb.Connection',
        'ConnectionStrings.defaultDb.Connection is empty; it must name the database file, ./plinth.db for example.',
      );
  });
}

/** What one value alone cannot tell about the settings of a compute node. */
export function computeNodeProblems(config: ComputeNodeConfig): Problem[] {
  return collect((report) => {
    checkListener(config, report);
    refuseMissing(report, { ClientCertificate: config.ClientCertificate });
    const { InitialSize, MaxSize } = config.Pool;
    if (MaxSize < InitialSize)
      report(
        'Pool.MaxSize',
        `Pool.MaxSize is ${MaxSize} and Pool.InitialSize is ${InitialSize}; MaxSize must not be the smaller one.`,
      );
    if (config.Kestrel.Port === config.RServePort)
      report('RServePort', `Kestrel.Port and RServePort are both ${config.RServePort}; they must differ.`);
    oneOf(report, 'Isolation.Mode', config.Isolation.Mode, ['sandbox', 'shared']);
  });
}

/**
 * A switched-on feature that this version lacks must stop the node: with LDAP ignored, admin could still sign in; with
 * another database ignored, data would go astray.
 */
function refuseMissing(report: Report, sections: Record<string, { Enabled: boolean }>): void {
  for (const [name, { Enabled }] of Object.entries(sections))
    if (Enabled)
      report(
        `${name}.Enabled`,
        `${name}.Enabled is true, but this version lacks the feature; set it to false.`,
      );
}

function checkListener(config: WebNodeConfig | ComputeNodeConfig, report: Report): void {
  const { HttpsEnabled, HttpsCertificate } = config.Kestrel;
  if (HttpsEnabled)
    report(
      'Kestrel.HttpsEnabled',
      'Kestrel.HttpsEnabled is true, but this version has no TLS of its own; set it to false and put a proxy in front.',
    );
  const locations = ['LocalMachine', 'CurrentUser'];
  oneOf(report, 'Kestrel.HttpsCertificate.StoreLocation', HttpsCertificate.StoreLocation, locations);
  const levels = [...logLevels, 'Trace', 'Fatal'];
  for (const [source, level] of Object.entries(config.Logging.LogLevel))
    oneOf(report, `Logging.LogLevel.${source}`, level, levels);
}

function checkUris(config: WebNodeConfig, report: Report): void {
  const { Values, Ranges } = config.ComputeNodesConfiguration.Uris;
  for (const [key, entries] of Object.entries({ Values, Ranges })) {
    try {
      expandComputeUris(entries);
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      report(
        `ComputeNodesConfiguration.Uris.${key}`,
        `ComputeNodesConfiguration.Uris.${key}: ${error.message}`,
      );
    }
  }
}

/** The level a name stands for; `Trace` and `Fatal` are other names of Verbose and Critical. */
export function logLevelNamed(name: string): LogLevel | undefined {
  const lower = name.toLowerCase();
  if (lower === 'trace') return 'Verbose';
  if (lower === 'fatal') return 'Critical';
  return logLevels.find((level) => level.toLowerCase() === lower);
}

function oneOf(report: Report, key: string, value: string, allowed: readonly string[]): void {
  if (allowed.some((candidate) => candidate.toLowerCase() === value.toLowerCase())) return;
  report(key, `${key} is "${value}"; allowed are ${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)}.`);
}

function collect(check: (report: Report) => void): Problem[] {
  const problems: Problem[] = [];
  check((key, message) => problems.push({ key, message }));
  return problems;
}
