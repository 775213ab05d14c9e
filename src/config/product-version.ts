import { readFileSync } from 'node:fs';

/** The version of this installation, the same for both nodes and the command line. */
export const productVersion: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
