import { isObject } from './check.ts';
import type { NodeRole } from './environment.ts';
import type { SettingsTree } from './read-settings-file.ts';

/** Names of earlier releases that are still read: old path, new path. */
const aliases: Record<NodeRole, readonly (readonly [old: string[], current: string[]])[]> = {
  webnode: [
    [['BackEndConfiguration'], ['ComputeNodesConfiguration']],
    [['AdminPassword'], ['Authentication', 'AdminPassword']],
  ],
  computenode: [],
};

/** Moves values to their present names. Where both exist and differ the present one wins, and a warning says so. */
export function renameLegacyKeys(tree: SettingsTree, role: NodeRole, warn: (message: string) => void): void {
  for (const [old, current] of aliases[role]) {
    const oldPlace = placeOf(tree, old, false);
    if (oldPlace === null) continue;
    const value = oldPlace.section[oldPlace.key];
    delete oldPlace.section[oldPlace.key];
    const place = placeOf(tree, current, true);
    if (place === null) continue;
    place.section[place.key] = merged(
      value,
      place.section[place.key],
      old.join('.'),
      current.join('.'),
      warn,
    );
  }
}

function merged(
  old: unknown,
  current: unknown,
  oldName: string,
  name: string,
  warn: (message: string) => void,
): unknown {
  if (current === undefined) return old;
  if (!isObject(old) || !isObject(current)) {
    if (JSON.stringify(old) !== JSON.stringify(current))
      warn(`${oldName} is the old name of ${name}; both are set and differ, so ${name} is used.`);
    return current;
  }
  const result: SettingsTree = { ...current };
  for (const [key, value] of Object.entries(old)) {
    const present = ownKey(current, key) ?? key;
    result[present] = merged(value, current[present], `${oldName}.${key}`, `${name}.${present}`, warn);
  }
  return result;
}

/** Section and spelling of a path in the tree; with `create` missing sections are made. Null when it is not there. */
function placeOf(
  tree: SettingsTree,
  path: readonly string[],
  create: boolean,
): { section: SettingsTree; key: string } | null {
  let section = tree;
  for (const [position, name] of path.entries()) {
    const key = ownKey(section, name);
    if (position === path.length - 1)
      return key !== undefined ? { section, key } : create ? { section, key: name } : null;
    const used = key ?? name;
    if (create && section[used] === undefined) section[used] = {};
    const next = section[used];
    if (!isObject(next)) return null;
    section = next;
  }
  return null;
}

const ownKey = (section: SettingsTree, name: string): string | undefined =>
  Object.keys(section).find((key) => key.toLowerCase() === name.toLowerCase());
