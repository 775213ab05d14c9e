import { accessSync, constants } from 'node:fs';

/** Programs of the system that contain a worker. PATH is not asked: it belongs to whoever started the node. */
const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** Absolute path of a system program, or null when it is not installed. */
export function findTool(name: string): string | null {
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}
