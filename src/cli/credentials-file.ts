import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { CommandError } from './command-error.ts';

/** What sign-in leaves behind for later commands of the same user. */
export interface Credentials {
  endpoint: string;
  user: string;
  accessToken: string;
  refreshToken: string;
  /** Unix seconds. */
  expiresOn: number;
}

/** Of the user, not of the machine: below PLINTH_HOME when it is set, else below the home folder. */
export const credentialsFile = (environment: Environment): string =>
  environment.PLINTH_HOME
    ? join(resolve(environment.PLINTH_HOME), 'credentials.json')
    : join(environment.HOME || homedir(), '.plinth', 'credentials.json');

/** What is stored: everything after a sign-in, only the endpoint after a sign-out, nothing before. */
export function readCredentials(environment: Environment): Credentials | { endpoint?: string } {
  const path = credentialsFile(environment);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Credentials | { endpoint?: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError('failed', `${path} is damaged`, 'Delete it and sign in again', { cause: error });
  }
}

/** The tokens of the user; null when nobody is signed in. */
export function signedIn(environment: Environment): Credentials | null {
  const stored = readCredentials(environment);
  return 'accessToken' in stored ? stored : null;
}

/** Replaces what is stored; nobody else can read it at any moment. */
export const writeCredentials = (environment: Environment, credentials: Credentials): void =>
  writeWhole(credentialsFile(environment), credentials);

/** Forgets the tokens but keeps the endpoint, so that the next sign-in goes to the same place. */
export const forgetCredentials = (environment: Environment, endpoint: string): void =>
  writeWhole(credentialsFile(environment), { endpoint });

function writeWhole(path: string, content: Partial<Credentials>): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}
