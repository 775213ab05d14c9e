import type { ParameterDefinition, RuntimeName } from './data-types.ts';

/** What a compute node needs to run one published version: everything execution depends on, and nothing else. */
export interface ServiceDefinition {
  name: string;
  version: string;
  runtime: RuntimeName;
  code: string;
  initCode: string | null;
  inputs: ParameterDefinition[];
  outputs: ParameterDefinition[];
  outputFileNames: string[];
  /** SHA-256 (hex) of the snapshot zip that is restored before `initCode` runs, or null. */
  snapshot: string | null;
}

/** SHA-256 (hex) over the definition's canonical JSON; a PATCH makes another key, so caches never go stale. */
export type ServiceKey = string;
