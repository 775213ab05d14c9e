import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * `scrypt$1$<N>$<r>$<p>$<salt>$<key>`, salt and key in base64: the parameters stand in the hash, so they can be raised
 * without making older hashes worthless.
 */
const form =
  /^scrypt\$1\$([0-9]{1,7})\$([0-9]{1,2})\$([0-9]{1,2})\$([A-Za-z0-9+/]{22}==)\$([A-Za-z0-9+/]{43}=)$/;

/** 32 MiB and about 0.2 s of a core for each guess (OWASP's choice for this amount of memory). */
const cost = { N: 2 ** 15, r: 8, p: 3 };
const saltBytes = 16;
const keyBytes = 32;

/** A hash to store; two of the same password differ. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, cost);
  return ['scrypt', '1', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$');
}

/**
 * Whether the password is the one of the hash. For a null or unreadable hash the answer is false after the same amount of
 * work, so that the time it takes tells nobody whether an account exists.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const match = form.exec(hash ?? '');
  if (match === null) {
    await derive(password, randomBytes(saltBytes), cost);
    return false;
  }
  const [, N, r, p, salt, key] = match;
  const parameters = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt as string, 'base64'), parameters);
  return timingSafeEqual(derived, Buffer.from(key as string, 'base64'));
}

const derive = (password: string, salt: Buffer, { N, r, p }: typeof cost): Promise<Buffer> => {
  // Node's default ceiling of 32 MiB lies just below what these parameters need.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p + 16) };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
};
