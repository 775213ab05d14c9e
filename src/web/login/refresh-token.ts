import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const idBytes = 16;
const secretBytes = 32;
const sealBytes = 16;

/**
 * Makes a refresh token: base64 of the login's id, a secret, and a seal. The seal tells a token this server once made
 * (whose replay ends the login) from one that was merely garbled on its way.
 */
export function makeRefreshToken(login: { id: string; loginSessionId: string }): string {
  const content = Buffer.concat([Buffer.from(login.id.replaceAll('-', ''), 'hex'), randomBytes(secretBytes)]);
  return Buffer.concat([content, seal(content, login.loginSessionId)]).toString('base64');
}

/** The id of the login a refresh token claims to belong to; null when it is not one of ours by its form. */
export function loginIdOf(refreshToken: string): string | null {
  const bytes = Buffer.from(refreshToken, 'base64');
  if (bytes.length !== idBytes + secretBytes + sealBytes || bytes.toString('base64') !== refreshToken)
    return null;
  const hex = bytes.toString('hex', 0, idBytes);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether this server made the token for the login, at any time. */
export function isSealedFor(refreshToken: string, loginSessionId: string): boolean {
  const bytes = Buffer.from(refreshToken, 'base64');
  const content = bytes.subarray(0, idBytes + secretBytes);
  return timingSafeEqual(bytes.subarray(idBytes + secretBytes), seal(content, loginSessionId));
}

/** What the database keeps of a refresh token. */
export const hashOf = (refreshToken: string): string =>
  createHash('sha256').update(refreshToken).digest('hex');

const seal = (content: Buffer, loginSessionId: string): Buffer =>
  createHmac('sha256', loginSessionId).update(content).digest().subarray(0, sealBytes);
