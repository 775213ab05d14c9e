/**
 * Every setting of both nodes: type, default, one sentence. `config/load.ts` reads, checks and freezes them;
 * `docs/configuration.md` is generated from here. Durations are written `[d.]hh:mm:ss` and are milliseconds once loaded.
 */
import type { Static } from 'typebox';
import { ComputeNodeSettings } from './config/compute-node-settings.ts';
import { WebNodeSettings } from './config/web-node-settings.ts';

export { ComputeNodeSettings, WebNodeSettings };
export type WebNodeConfig = Static<typeof WebNodeSettings>;
export type ComputeNodeConfig = Static<typeof ComputeNodeSettings>;
