import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a compute node keeps whom it trusts: SHA-256 of the cluster key as it is sent, 64 hexadecimal digits. */
export const trustFile = (dataFolder: string): string =>
  join(dataFolder, 'computenode', 'cluster-key.sha256');

/** Trusts the web nodes of one cluster before the first of them comes. `fingerprint`: 64 hexadecimal digits. */
export function pinFingerprint(dataFolder: string, fingerprint: string): void {
  const file = trustFile(dataFolder);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${fingerprint.toLowerCase()}\n`, { mode: 0o600, flush: true });
}

/** The next web node that comes is trusted; a running node notices. */
export function forgetTrustedKey(dataFolder: string): void {
  rmSync(trustFile(dataFolder), { force: true });
}
