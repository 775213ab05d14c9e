import { type CompactVerifyResult, compactVerify, errors, SignJWT } from 'jose';
import type { WebNodeConfig } from '../contracts/config.ts';
import type { Logger } from '../lib/logger.ts';
import type { AccessClaims, AccessTokens } from './access-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';

type Lifetimes = Pick<WebNodeConfig['Authentication']['Tokens'], 'AccessTokenLifetime' | 'ClockSkew'>;

const algorithm = 'RS512';
/** Of every token, whichever web node made it. */
const party = 'plinth';

/** Tokens signed with the given keys: RS512 and this key only, whatever a token says about itself. */
export function createAccessTokens(keys: SigningKeys, lifetimes: Lifetimes, logger: Logger): AccessTokens {
  const lifetimeSeconds = Math.ceil(lifetimes.AccessTokenLifetime / 1000);

  return {
    issue: async (claims, now) => {
      const issuedAt = Math.floor(now / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({
        upn: claims.username,
        name: claims.displayName,
        sid: claims.loginSessionId,
        fam: claims.login,
        gen: claims.generation,
      })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: keys.kid })
        .setIssuer(party)
        .setAudience(party)
        .setSubject(claims.username)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(keys.privateKey);
      return { token, expiresAt, lifetimeSeconds };
    },

    verify: async (token, now) => {
      const verified = await verifySignature(token, keys, logger);
      const claims = verified === null ? null : readClaims(verified.payload);
      if (claims === null) return null;
      const skew = lifetimes.ClockSkew;
      const expired = now > claims.expiresAt * 1000 + skew;
      // Another web node's clock may be ahead of this one's, but not by more than that.
      const fromTheFuture = claims.issuedAt * 1000 > now + skew;
      return expired || fromTheFuture ? null : claims;
    },
  };
}

async function verifySignature(
  token: string,
  keys: SigningKeys,
  logger: Logger,
): Promise<CompactVerifyResult | null> {
  try {
    const verified = await compactVerify(
      token,
      (header) => {
        if (header.kid !== keys.kid) throw new UnknownKey(header.kid);
        return keys.publicKey;
      },
      { algorithms: [algorithm] },
    );
    return verified;
  } catch (error) {
    if (error instanceof UnknownKey)
      logger.warning(
        `A token was signed with the key ${error.message}, which this web node does not have; nodes that share users ` +
          'must share the database or the signing certificate.',
      );
    else if (!(error instanceof errors.JOSEError)) throw error;
    return null;
  }
}

class UnknownKey extends Error {
  constructor(kid: unknown) {
    // Anybody can write anything there: quoted and short, it cannot forge or flood the log.
    super(JSON.stringify(String(kid).slice(0, 64)));
  }
}

/** Null unless all is there: the signature says who wrote it, not that it is a token of this kind. */
function readClaims(payload: Uint8Array): AccessClaims | null {
  const claims = parseObject(payload);
  if (claims === null || claims.iss !== party || claims.aud !== party) return null;
  const { sub, name, sid, fam, gen, iat, exp } = claims;
  const texts = [sub, name, sid, fam];
  const numbers = [gen, iat, exp];
  if (texts.some((text) => typeof text !== 'string') || !numbers.every(Number.isSafeInteger)) return null;
  return {
    username: sub as string,
    displayName: name as string,
    login: fam as string,
    generation: gen as number,
    loginSessionId: sid as string,
    issuedAt: iat as number,
    expiresAt: exp as number,
  };
}

function parseObject(payload: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
