import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** What signs access tokens, and its name in their headers. */
export interface SigningKeys {
  /** Hash of the public key: the same on every node that has it, another for any other key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Where the key pair is kept so that all web nodes share it: the settings of the database. */
export interface KeyStore {
  get(key: string): Promise<string | null>;
  putIfAbsent(key: string, value: string): Promise<string>;
}

const settingName = 'tokenSigningKey';
const modulusBits = 2048;

/** The shared key pair, made when there is none; nodes that start at once agree on one. */
export async function sharedSigningKeys(store: KeyStore): Promise<SigningKeys> {
  const stored = await store.get(settingName);
  return fromPem(stored ?? (await store.putIfAbsent(settingName, await newPrivateKey())));
}

async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: modulusBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

function fromPem(pem: string): SigningKeys {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { kid, privateKey, publicKey };
}
