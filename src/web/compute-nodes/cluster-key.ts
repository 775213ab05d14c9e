import { randomBytes } from 'node:crypto';
import type { SettingsRepository } from '../../database/database.ts';

/** The secret web nodes prove themselves with to compute nodes: 256 bits, made once and kept in the database. */
export const clusterKey = (settings: SettingsRepository): Promise<string> =>
  settings.putIfAbsent('clusterKey', randomBytes(32).toString('hex'));
