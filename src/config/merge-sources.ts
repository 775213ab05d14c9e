import { isObject, type SettingSchema } from './check.ts';
import type { Override } from './environment.ts';
import { parseValue, type SettingsTree } from './read-settings-file.ts';

/** Documentation inside real settings files; never a setting. */
const ignoredKeys = new Set(['description', 'allowedloglevels']);

/** A copy of `raw` with the schema's spelling of every key. Keys the schema lacks are left out and told to `unknown`. */
export function canonicalKeys(
  schema: SettingSchema,
  raw: unknown,
  unknown: (key: string) => void,
  path: string[] = [],
): unknown {
  if (!isObject(raw) || schema.properties === undefined) return raw;
  const result: SettingsTree = {};
  for (const [key, value] of Object.entries(raw)) {
    const name = spelling(schema.properties, key);
    if (name !== undefined)
      result[name] = canonicalKeys(schema.properties[name] as SettingSchema, value, unknown, [...path, name]);
    else if (!ignoredKeys.has(key.toLowerCase())) unknown([...path, key].join('.'));
  }
  return result;
}

/**
 * Writes one override into a tree of canonical keys. Sections and lists may be given whole, as JSON.
 * Returns the dotted key that was set, or null when the schema has no such key.
 */
export function applyOverride(
  schema: SettingSchema,
  tree: SettingsTree,
  override: Override,
  unknown: (key: string) => void,
): string | null {
  const key = findKey(schema, override.segments);
  if (key === null) return null;
  const value = overrideValue(key.schema, override, unknown, key.path);
  let place: SettingsTree = tree;
  for (const name of key.path.slice(0, -1)) {
    if (!isObject(place[name])) place[name] = {};
    place = place[name] as SettingsTree;
  }
  const last = key.path.at(-1) as string;
  if (key.index === null) place[last] = value;
  else {
    const list = Array.isArray(place[last]) ? (place[last] as unknown[]) : [];
    list[key.index] = value;
    place[last] = list;
  }
  return key.path.join('.');
}

interface FoundKey {
  schema: SettingSchema;
  path: string[];
  /** Position in the list that `path` names, or null for the whole value. */
  index: number | null;
}

/** Resolves the segments of an override without regard to case; null when there is no such key. */
export function findKey(schema: SettingSchema, segments: readonly string[]): FoundKey | null {
  let current = schema;
  const path: string[] = [];
  for (const [position, segment] of segments.entries()) {
    if (current.type === 'array' && position === segments.length - 1 && /^[0-9]{1,4}$/.test(segment))
      return { schema: current.items ?? current, path, index: Number(segment) };
    const name = current.properties === undefined ? undefined : spelling(current.properties, segment);
    if (name === undefined) return null;
    path.push(name);
    current = current.properties?.[name] as SettingSchema;
  }
  return path.length === 0 ? null : { schema: current, path, index: null };
}

function overrideValue(
  schema: SettingSchema,
  override: Override,
  unknown: (key: string) => void,
  path: string[],
): unknown {
  const structured = schema.type === 'object' || schema.type === 'array';
  if (!structured || !/^\s*[[{]/.test(override.value)) return override.value;
  return canonicalKeys(schema, parseValue(override.variable, override.value), unknown, path);
}

const spelling = (properties: Record<string, unknown>, key: string): string | undefined => {
  if (Object.hasOwn(properties, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(properties).find((name) => name.toLowerCase() === lower);
};
