import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { createLogger, silentLogger } from '../lib/logger.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createAccessTokens } from './signed-tokens.ts';
import { type SigningKeys, sharedSigningKeys } from './signing-keys.ts';

const lifetimes = { AccessTokenLifetime: 3_600_000, ClockSkew: 60_000 };
const now = 1_764_000_000_500;
const issuedAt = Math.floor(now / 1000);
const claims = {
  username: 'admin',
  displayName: 'The Administrator',
  login: '3f1d6c1e-0000-4000-8000-000000000001',
  generation: 7,
  loginSessionId: 'AB'.repeat(64),
};

const memoryStore = () => {
  const values = new Map<string, string>();
  return {
    get: async (key: string) => values.get(key) ?? null,
    putIfAbsent: async (key: string, value: string) => {
      if (!values.has(key)) values.set(key, value);
      return values.get(key) as string;
    },
  };
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const parts = (token: string): [header: string, payload: string, signature: string] =>
  token.split('.') as [string, string, string];
const decoded = (text: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(text, 'base64url').toString());

describe('access tokens', () => {
  let keys: SigningKeys;
  let tokens: AccessTokens;
  let token: string;

  /** A token of these parts with a true signature of the given key. */
  const forged = (header: object, payload: object, key = keys.privateKey, digest = 'sha512'): string => {
    const content = `${part(header)}.${part(payload)}`;
    return `${content}.${sign(digest, Buffer.from(content), key).toString('base64url')}`;
  };

  before(async () => {
    keys = await sharedSigningKeys(memoryStore());
    tokens = createAccessTokens(keys, lifetimes, silentLogger);
    ({ token } = await tokens.issue(claims, now));
  });

  test('carry the claims of TOK-5 under RS512 and the name of the key', async () => {
    const issued = await tokens.issue(claims, now);
    assert.deepEqual([issued.lifetimeSeconds, issued.expiresAt], [3600, issuedAt + 3600]);
    const [header, payload] = parts(issued.token);
    assert.deepEqual(decoded(header), { alg: 'RS512', typ: 'JWT', kid: keys.kid });
    assert.deepEqual(decoded(payload), {
      iss: 'plinth',
      aud: 'plinth',
      sub: 'admin',
      upn: 'admin',
      name: 'The Administrator',
      sid: claims.loginSessionId,
      fam: claims.login,
      gen: 7,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 3600,
    });
    assert.deepEqual(await tokens.verify(issued.token, now), {
      ...claims,
      issuedAt,
      expiresAt: issuedAt + 3600,
    });
  });

  const ages: [seconds: number, good: boolean][] = [
    [0, true],
    [3590, true],
    [3600, true],
    [3660, true],
    [3661, false],
    [-60, true],
    [-61, false],
  ];
  for (const [seconds, good] of ages)
    test(`are ${good ? 'good' : 'refused'} ${seconds} s after issue`, async () => {
      assert.equal((await tokens.verify(token, (issuedAt + seconds) * 1000)) !== null, good);
    });

  test('are refused when a bit of header, payload or signature changed', async () => {
    const [header, payload, signature] = parts(token);
    const other = part({ ...decoded(payload), sub: 'ada' });
    const flipped = Buffer.from(signature, 'base64url');
    flipped[10] = (flipped[10] as number) ^ 1;
    for (const wrong of [
      `${header}.${other}.${signature}`,
      `${part({ ...decoded(header), typ: 'x' })}.${payload}.${signature}`,
      `${header}.${payload}.${flipped.toString('base64url')}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
    ])
      assert.equal(await tokens.verify(wrong, now), null);
  });

  test('are refused without signature, whatever the algorithm is called', async () => {
    const [, payload] = parts(token);
    for (const alg of ['none', 'None', 'NONE', 'RS512'])
      assert.equal(await tokens.verify(`${part({ alg, kid: keys.kid })}.${payload}.`, now), null);
  });

  test('are refused when the public key was used as the secret of HS512', async () => {
    const [, payload] = parts(token);
    for (const secret of [
      keys.publicKey.export({ type: 'spki', format: 'pem' }),
      keys.publicKey.export({ type: 'spki', format: 'der' }),
    ]) {
      const content = `${part({ alg: 'HS512', typ: 'JWT', kid: keys.kid })}.${payload}`;
      const signature = createHmac('sha512', secret).update(content).digest('base64url');
      assert.equal(await tokens.verify(`${content}.${signature}`, now), null);
    }
  });

  test('are refused when signed with our key but another algorithm', async () => {
    const payload = decoded(parts(token)[1]);
    const header = { alg: 'RS256', typ: 'JWT', kid: keys.kid };
    assert.equal(await tokens.verify(forged(header, payload, keys.privateKey, 'sha256'), now), null);
    assert.notEqual(await tokens.verify(forged({ ...header, alg: 'RS512' }, payload), now), null);
  });

  test('are refused when another key signed, under its own name or ours; the log names an unknown key', async () => {
    const stranger = await sharedSigningKeys(memoryStore());
    const lines: string[] = [];
    const logging = createAccessTokens(
      keys,
      lifetimes,
      createLogger('Warning', (line) => lines.push(line)),
    );
    const { token: theirs } = await createAccessTokens(stranger, lifetimes, silentLogger).issue(claims, now);
    assert.equal(await logging.verify(theirs, now), null);
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.includes(stranger.kid));
    const payload = decoded(parts(token)[1]);
    const renamed = forged({ alg: 'RS512', kid: keys.kid }, payload, stranger.privateKey);
    assert.equal(await logging.verify(renamed, now), null);
    assert.equal(await logging.verify(forged({ alg: 'RS512', kid: 'a\n[Critical]' }, payload), now), null);
    assert.ok(!lines.some((line) => line.trimEnd().includes('\n')));
  });

  test('a key that the token brings along is not used', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { alg: 'RS512', kid: keys.kid, jwk: publicKey.export({ format: 'jwk' }) };
    assert.equal(await tokens.verify(forged(header, decoded(parts(token)[1]), privateKey), now), null);
  });

  test('what our key signed for another purpose is no access token', async () => {
    const header = { alg: 'RS512', kid: keys.kid };
    const payload = decoded(parts(token)[1]);
    for (const change of [
      { iss: 'other' },
      { aud: 'other' },
      { exp: undefined },
      { exp: '1' },
      { sub: 1 },
      { gen: 1.5 },
    ])
      assert.equal(await tokens.verify(forged(header, { ...payload, ...change }), now), null);
    assert.equal(await tokens.verify(forged(header, []), now), null);
    const content = `${part(header)}.${Buffer.from('no json').toString('base64url')}`;
    const signature = sign('sha512', Buffer.from(content), keys.privateKey).toString('base64url');
    assert.equal(await tokens.verify(`${content}.${signature}`, now), null);
  });

  test('anything else is refused without an error', async () => {
    for (const text of [
      '',
      '.',
      '..',
      '...',
      'a.b.c',
      'Bearer x',
      '\0',
      'é.é.é',
      'x'.repeat(10_000),
      '{}.{}.{}',
    ])
      assert.equal(await tokens.verify(text, now), null);
  });
});

test('nodes that start at once agree on one key pair of at least 2048 bits', async () => {
  const store = memoryStore();
  const [one, two] = await Promise.all([sharedSigningKeys(store), sharedSigningKeys(store)]);
  assert.equal(one.kid, two.kid);
  assert.equal((await sharedSigningKeys(store)).kid, one.kid);
  assert.ok((one.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048);
  const { token } = await createAccessTokens(one, lifetimes, silentLogger).issue(claims, now);
  assert.notEqual(await createAccessTokens(two, lifetimes, silentLogger).verify(token, now), null);
});
