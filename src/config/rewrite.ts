import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { editSettings, type SettingChange } from './edit-text.ts';
import type { NodeRole } from './environment.ts';
import { exampleSettings } from './example-settings.ts';
import { readSettingsFile } from './read-settings-file.ts';

/** Mode of new settings files: the account of the node reads them through its group, strangers do not. */
const newFileMode = 0o640;

/**
 * Sets keys of a settings file: order, comments and unknown keys stay, owner and mode too, and the former file is kept as
 * `appsettings.json.bak-<UTC>`. A missing file is made from the documented example. The change appears whole or not at
 * all. Throws InvalidRequest when the present file is not well-formed.
 */
export function updateSettingsFile(
  path: string,
  changes: readonly SettingChange[],
  role: NodeRole = roleOfFolder(path),
): void {
  const present = readSettingsFile(path);
  if (present === null) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    writeWhole(path, editSettings(exampleSettings[role], changes), { mode: newFileMode });
    return;
  }
  const text = editSettings(present.text, changes);
  if (text === present.text) return;
  // A link stays a link: the file it names is what is replaced.
  const target = realpathSync(path);
  writeWhole(`${target}.bak-${timestamp(new Date())}`, present.text, present);
  writeWhole(target, text, present);
}

/** Both nodes keep their file in a folder of their name (`HomePaths`). */
const roleOfFolder = (path: string): NodeRole =>
  basename(dirname(path)) === 'computenode' ? 'computenode' : 'webnode';

function writeWhole(path: string, text: string, like: { mode: number; uid?: number; gid?: number }): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = openSync(temporary, 'wx', like.mode);
  try {
    if (like.uid !== undefined && like.gid !== undefined && process.getuid?.() === 0)
      fchownSync(file, like.uid, like.gid);
    // After the owner, because a change of owner clears bits; explicitly, because the umask does too.
    fchmodSync(file, like.mode);
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** `20261125T100900.123Z`: sorts by time and is a file name everywhere. */
const timestamp = (time: Date): string => time.toISOString().replaceAll(/[-:]/g, '');
