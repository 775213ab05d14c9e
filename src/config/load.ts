import {
  type ComputeNodeConfig,
  ComputeNodeSettings,
  type WebNodeConfig,
  WebNodeSettings,
} from '../contracts/config.ts';
import { PlinthError } from '../domain/errors.ts';
import { checkSettings, type Problem, type SettingSchema, settingSchema } from './check.ts';
import { type Environment, type NodeRole, overridesFor } from './environment.ts';
import { type HomePaths, homePaths } from './home.ts';
import { renameLegacyKeys } from './legacy-names.ts';
import { applyOverride, canonicalKeys, findKey } from './merge-sources.ts';
import {
  readSettingsFile,
  type SettingsFile,
  type SettingsTree,
  settingsTree,
} from './read-settings-file.ts';
import { computeNodeProblems, logLevelNamed, webNodeProblems } from './rules.ts';
import { isWorldReadable, plainTextSecrets } from './secrets.ts';

/** The settings in force: file, then environment, then defaults; frozen. `warnings` are sentences for the log. */
export interface LoadedConfig<Config> {
  config: Config;
  home: HomePaths;
  warnings: string[];
}

/** Throws InvalidRequest naming every key that is not acceptable; `configured` is empty when there is no file. */
export function loadWebNodeConfig(environment: Environment): LoadedConfig<WebNodeConfig> {
  const home = homePaths(environment);
  return load<WebNodeConfig>('webnode', home, environment, webNodeProblems);
}

/** As `loadWebNodeConfig`, for the compute node. */
export function loadComputeNodeConfig(environment: Environment): LoadedConfig<ComputeNodeConfig> {
  const home = homePaths(environment);
  return load<ComputeNodeConfig>('computenode', home, environment, computeNodeProblems);
}

const schemas: Record<NodeRole, SettingSchema> = {
  webnode: settingSchema(WebNodeSettings),
  computenode: settingSchema(ComputeNodeSettings),
};

function load<Config extends WebNodeConfig | ComputeNodeConfig>(
  role: NodeRole,
  home: HomePaths,
  environment: Environment,
  rules: (config: Config) => Problem[],
): LoadedConfig<Config> {
  const path = settingsPath(home, role);
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
  };
  const file = readSettingsFile(path);
  const raw = settingsTree(file);
  if (file !== null) guardSecrets(path, file, raw, environment, warn);
  renameLegacyKeys(raw, role, warn);
  const { tree, origins } = mergeSources(role, path, raw, environment, warn);

  const problems: Problem[] = [];
  const config = checkSettings(schemas[role], tree, problems) as Config;
  if (problems.length === 0) problems.push(...rules(config), ...portClash(role, home, environment, config));
  if (problems.length > 0) throw invalidSettings(path, problems, origins);
  const levels: Record<string, string> = config.Logging.LogLevel;
  for (const [source, level] of Object.entries(levels)) levels[source] = logLevelNamed(level) ?? level;
  return { config: deepFreeze(config), home, warnings };
}

const settingsPath = (home: HomePaths, role: NodeRole): string =>
  role === 'webnode' ? home.webNodeSettings : home.computeNodeSettings;

/** Two nodes set up on one machine must not share a port. */
function portClash(
  role: NodeRole,
  home: HomePaths,
  environment: Environment,
  config: WebNodeConfig | ComputeNodeConfig,
): Problem[] {
  const other = role === 'webnode' ? 'computenode' : 'webnode';
  const path = settingsPath(home, other);
  let file: SettingsFile | null;
  try {
    file = readSettingsFile(path);
  } catch (error) {
    // What is wrong with the other node's file is for that node to report.
    if (error instanceof PlinthError) return [];
    throw error;
  }
  if (file === null) return [];
  const { tree } = mergeSources(other, path, settingsTree(file), environment, () => {});
  const problems: Problem[] = [];
  const neighbour = checkSettings(schemas[other], tree, problems) as WebNodeConfig | ComputeNodeConfig;
  if (problems.length > 0 || neighbour.configured === '' || neighbour.Kestrel.Port !== config.Kestrel.Port)
    return [];
  const message = `Kestrel.Port is ${config.Kestrel.Port}, which ${path} uses too; nodes of one machine need ports of their own.`;
  return [{ key: 'Kestrel.Port', message }];
}

/** One tree of canonical keys, and which variable set which key. */
function mergeSources(
  role: NodeRole,
  path: string,
  raw: SettingsTree,
  environment: Environment,
  warn: (message: string) => void,
): { tree: SettingsTree; origins: Map<string, string> } {
  const schema = schemas[role];
  const other = schemas[role === 'webnode' ? 'computenode' : 'webnode'];
  const tree = canonicalKeys(schema, raw, (key) => {
    warn(`${key} in ${path} is not a known setting; it is kept and ignored.`);
  }) as SettingsTree;
  const origins = new Map<string, string>();
  for (const override of overridesFor(environment, role)) {
    const unknown = (key: string): void => {
      warn(`${key} in the environment variable ${override.variable} is not a known setting; it is ignored.`);
    };
    const key = applyOverride(schema, tree, override, unknown);
    if (key !== null) origins.set(key, override.variable);
    else if (!override.shared || findKey(other, override.segments) === null)
      unknown(override.segments.join('.'));
  }
  return { tree, origins };
}

function guardSecrets(
  path: string,
  file: SettingsFile,
  raw: SettingsTree,
  environment: Environment,
  warn: (message: string) => void,
): void {
  const secrets = plainTextSecrets(raw);
  if (secrets.length > 0 && isWorldReadable(file) && environment.PLINTH_ALLOW_INSECURE_CONFIG !== '1')
    throw new PlinthError(
      'InvalidRequest',
      `${path} can be read by everybody and holds ${secrets.join(', ')}. Run chmod o-r on it, or set ` +
        'PLINTH_ALLOW_INSECURE_CONFIG=1 to start all the same.',
      { fields: secrets.join(', ') },
    );
  // The password of admin is stored as a hash; encrypting it would add nothing.
  for (const secret of secrets.filter((name) => !/(^|\.)AdminPassword$/i.test(name)))
    warn(`${secret} stands in plain text in ${path}; encrypt it with "plinth admin credentials set".`);
}

function invalidSettings(path: string, problems: Problem[], origins: Map<string, string>): PlinthError {
  const lines = problems.map(({ key, message }) => {
    const variable = origins.get(key);
    return variable === undefined ? message : `${message} (set by the environment variable ${variable})`;
  });
  const keys = [...new Set(problems.map((problem) => problem.key))];
  return new PlinthError('InvalidRequest', `The settings in ${path} cannot be used:\n${lines.join('\n')}`, {
    fields: keys.join(', '),
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
