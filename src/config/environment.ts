/** Environment variables, as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of this process. Everything else that wants one takes an `Environment`, so tests can pass their own. */
export const processEnvironment = (): Environment => process.env;

/** Which of the two programs reads its settings. */
export type NodeRole = 'webnode' | 'computenode';

/** One override: `PLINTH__Kestrel__Port=80` has the segments Kestrel, Port. */
export interface Override {
  variable: string;
  segments: string[];
  value: string;
  /** Written for every node of this environment, so a key only the other node knows is no mistake. */
  shared: boolean;
}

/** The overrides meant for a node, weakest first: those for every node, then the node's own. */
export function overridesFor(environment: Environment, role: NodeRole): Override[] {
  const shared = withPrefix(environment, 'PLINTH__', true);
  const own = withPrefix(environment, `PLINTH_${role.toUpperCase()}__`, false);
  return [...shared, ...own];
}

function withPrefix(environment: Environment, prefix: string, shared: boolean): Override[] {
  const found: Override[] = [];
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined || !variable.toUpperCase().startsWith(prefix)) continue;
    found.push({ variable, segments: variable.slice(prefix.length).split('__'), value, shared });
  }
  // Sections before their members, so that a whole section given as JSON never erases a single key given beside it.
  return found.sort((a, b) => a.segments.length - b.segments.length || (a.variable < b.variable ? -1 : 1));
}
