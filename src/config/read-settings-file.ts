import { readFileSync, type Stats, statSync } from 'node:fs';
import { PlinthError } from '../domain/errors.ts';
import { type ObjectNode, parseSettings, SettingsSyntaxError, toValue } from './settings-syntax.ts';

/** A section as it stands in a file: values unchecked, keys as written. */
export type SettingsTree = Record<string, unknown>;

export interface SettingsFile {
  /** Without byte-order mark. */
  text: string;
  root: ObjectNode;
  /** Permission bits and owner of the file. */
  mode: number;
  uid: number;
  gid: number;
}

const maxBytes = 4 * 1024 * 1024;

/** Null when there is no such file; InvalidRequest naming file, line and column when it is not well-formed. */
export function readSettingsFile(path: string): SettingsFile | null {
  const found = readBytes(path);
  if (found === null) return null;
  const text = decode(path, found.bytes);
  const { mode, uid, gid } = found.stats;
  return { text, root: parseObject(path, text), mode: mode & 0o7777, uid, gid };
}

/** The tree of a file, empty when there is none. */
export const settingsTree = (file: SettingsFile | null): SettingsTree =>
  file === null ? Object.create(null) : (toValue(file.root) as SettingsTree);

/** Parses one JSON value (of an environment variable, say); errors name `source`, line and column. */
export function parseValue(source: string, text: string): unknown {
  return toValue(located(source, () => parseSettings(text)));
}

function parseObject(path: string, text: string): ObjectNode {
  const root = located(path, () => parseSettings(text));
  if (root.kind !== 'object')
    throw new PlinthError(
      'InvalidRequest',
      `${path}, line 1, column 1: the settings must be one object in braces.`,
    );
  return root;
}

function located<T>(source: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SettingsSyntaxError)) throw error;
    throw new PlinthError(
      'InvalidRequest',
      `${source}, line ${error.line}, column ${error.column}: ${error.message}`,
      { cause: error },
    );
  }
}

function readBytes(path: string): { bytes: Uint8Array; stats: Stats } | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (stats.isFile() && stats.size <= maxBytes) return { bytes: readFileSync(path), stats };
  } catch (error) {
    const reason = `${path} cannot be read by this account; check its owner and mode.`;
    throw new PlinthError('InvalidRequest', reason, { cause: error });
  }
  throw new PlinthError('InvalidRequest', `${path} is not a settings file.`);
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PlinthError('InvalidRequest', `${path} is not UTF-8 text; save it as UTF-8.`, { cause: error });
  }
}
