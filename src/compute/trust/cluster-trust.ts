import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PlinthError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';

const keyForm = /^[\x21-\x7e]{32,256}$/;
const fingerprintForm = /^[0-9a-f]{64}$/;

/**
 * Which web nodes this node obeys: those that send the cluster key whose fingerprint is pinned. The first key that
 * comes pins itself, unless somebody has written the fingerprint beforehand; deleting the file forgets it.
 */
export class ClusterTrust {
  readonly #file: string;
  readonly #logger: Logger;
  #pinned: Buffer | null;

  /** Throws InvalidRequest when the file holds no fingerprint: trusting the next comer instead would be worse. */
  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
    this.#pinned = readPin(file);
  }

  /** Throws Forbidden unless `key` is the cluster key. */
  check(key: string | string[] | undefined): void {
    if (typeof key !== 'string' || !keyForm.test(key) || !this.#accepts(fingerprintOf(key)))
      throw new PlinthError(
        'Forbidden',
        'This compute node trusts another cluster key. On its machine, "plinth admin node reset-trust" makes it trust the next web node that comes.',
      );
  }

  #accepts(fingerprint: Buffer): boolean {
    if (this.#pinned !== null && timingSafeEqual(this.#pinned, fingerprint)) return true;
    // Rare, and the moment to notice that an administrator has reset the trust, or another process of this node won.
    this.#pinned = readPin(this.#file) ?? this.#pin(fingerprint);
    return timingSafeEqual(this.#pinned, fingerprint);
  }

  /** A link never replaces what is there: of several that pin at once one wins, and all then read the winner. */
  #pin(fingerprint: Buffer): Buffer {
    const temporary = `${this.#file}.${randomBytes(6).toString('hex')}`;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${fingerprint.toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    try {
      linkSync(temporary, this.#file);
      this.#logger.warning(`Pinned the cluster key with the fingerprint ${fingerprint.toString('hex')}.`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    return readPin(this.#file) ?? fingerprint;
  }
}

const fingerprintOf = (key: string): Buffer => createHash('sha256').update(key).digest();

function readPin(file: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim().toLowerCase();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (fingerprintForm.test(text)) return Buffer.from(text, 'hex');
  throw new PlinthError(
    'InvalidRequest',
    `${file} does not hold a fingerprint of a cluster key (64 hexadecimal digits). Delete it to trust the next web node that comes.`,
  );
}
