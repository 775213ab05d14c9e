import { resolve } from 'node:path';
import type { Environment, NodeRole } from '../../config/environment.ts';

const bin = resolve(import.meta.dirname, '../../../bin');

export const commandLineProgram = resolve(bin, 'plinth');
export const nodeProgram = (role: NodeRole): string => resolve(bin, `plinth-${role}`);

/** What a node or its supervisor inherits: everything but the password a command was given, and the home as absolute path. */
export function nodeEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const { PLINTH_ADMIN_PASSWORD: _, PLINTH_HOME, ...inherited } = environment;
  return { ...inherited, ...(PLINTH_HOME ? { PLINTH_HOME: resolve(PLINTH_HOME) } : {}) };
}
