import { isObject } from './check.ts';
import type { SettingsFile, SettingsTree } from './read-settings-file.ts';

const secretName = /(^|[a-z])password$|^key$|^jwtkey$|secret$/i;
const secretInConnection = /(^|;)\s*(password|pwd)\s*=|:\/\/[^/@:]+:[^/@]+@/i;

/** Dotted names of the secrets that stand readable in a settings tree: passwords, keys, connection strings with one. */
export function plainTextSecrets(tree: SettingsTree, path: string[] = []): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const here = [...path, key];
    if (isObject(value)) return plainTextSecrets(value, here);
    if (typeof value !== 'string' || value === '' || isEncrypted(tree, key)) return [];
    const secret = secretName.test(key) || (/^connection$/i.test(key) && secretInConnection.test(value));
    return secret ? [here.join('.')] : [];
  });
}

/** Whether everybody on the machine can read the file. */
export const isWorldReadable = (file: SettingsFile): boolean => (file.mode & 0o004) !== 0;

function isEncrypted(section: SettingsTree, key: string): boolean {
  const flags = [`${key}encrypted`.toLowerCase(), 'encrypted'];
  return Object.entries(section).some(
    ([name, value]) => flags.includes(name.toLowerCase()) && String(value).toLowerCase() === 'true',
  );
}
