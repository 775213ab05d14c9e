import type { Environment } from '../config/environment.ts';
import { CommandError } from './command-error.ts';
import { type Credentials, writeCredentials } from './credentials-file.ts';

/** The tokens POST /login and POST /login/refreshToken answer with. */
interface TokenResponse {
  access_token: string;
  refresh_token: string;
  expires_on: number | string;
}

/** An answer of a web node with a status of 400 or above; `message` is what the node says. */
export class RestError extends CommandError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(
      exitNames.get(status) ?? 'failed',
      message,
      status === 503 ? 'Try again in a moment' : 'Look into the log of the web node',
    );
    this.name = 'RestError';
    this.status = status;
  }
}

const exitNames = new Map<number, 'notSignedIn' | 'notFound'>([
  [401, 'notSignedIn'],
  [403, 'notSignedIn'],
  [404, 'notFound'],
]);

/** Speaks to one web node as one user. */
export interface RestClient {
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** Sends JSON, returns the parsed answer (null when it is empty). Throws RestError for any status of 400 and above. */
  send<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** A client that keeps its tokens fresh and tells `changed` about new ones. */
export function restClient(
  credentials: Credentials,
  changed: (credentials: Credentials) => void,
): RestClient {
  let current = credentials;
  const attempt = (method: string, path: string, body: unknown): Promise<Response> =>
    request(current.endpoint, method, path, body, current.accessToken);
  const refresh = async (): Promise<void> => {
    const response = await request(current.endpoint, 'POST', '/login/refreshToken', {
      refreshToken: current.refreshToken,
    });
    if (!response.ok)
      throw new CommandError(
        'notSignedIn',
        'The sign-in has expired or was revoked',
        "Sign in again with 'plinth login'",
      );
    current = toCredentials(current.endpoint, current.user, (await response.json()) as TokenResponse);
    changed(current);
  };
  return {
    endpoint: credentials.endpoint,
    get credentials() {
      return current;
    },
    async send<T>(method: string, path: string, body?: unknown): Promise<T> {
      let response = await attempt(method, path, body);
      if (response.status === 401) {
        await response.body?.cancel();
        await refresh();
        response = await attempt(method, path, body);
      }
      const text = await response.text();
      if (!response.ok) throw new RestError(response.status, messageOf(text, response));
      return (text === '' ? null : JSON.parse(text)) as T;
    },
  };
}

/** A client for the stored sign-in, whose renewed tokens are stored again. */
export const storedClient = (credentials: Credentials, environment: Environment): RestClient =>
  restClient(credentials, (renewed) => writeCredentials(environment, renewed));

/** Exchanges a password for tokens. Throws CommandError: 4 for refused credentials, 1 for an unreachable endpoint. */
export async function signIn(endpoint: string, user: string, password: string): Promise<Credentials> {
  const response = await request(endpoint, 'POST', '/login', { username: user, password });
  const text = await response.text();
  if (response.ok) return toCredentials(endpoint, user, JSON.parse(text) as TokenResponse);
  const message = messageOf(text, response);
  if (response.status === 401 || response.status === 403)
    throw new CommandError(
      'notSignedIn',
      `${endpoint} refused the sign-in: ${message}`,
      'Check user and password and repeat it',
    );
  throw new CommandError(
    'failed',
    `${endpoint} could not sign you in: ${message}`,
    'Try again when the web node is healthy',
  );
}

/** Ends a sign-in at the web node. Throws RestError when it is none any more. */
export async function revoke({ endpoint, refreshToken }: Credentials): Promise<void> {
  const response = await request(
    endpoint,
    'DELETE',
    `/login/refreshToken?refreshToken=${encodeURIComponent(refreshToken)}`,
  );
  const text = await response.text();
  if (!response.ok) throw new RestError(response.status, messageOf(text, response));
}

async function request(
  endpoint: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  try {
    return await fetch(endpoint + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new CommandError(
      'failed',
      `No web node can be reached at ${endpoint}`,
      "Check that it runs and can be reached from here, or sign in elsewhere with 'plinth login --mls-endpoint http(s)://host:port'",
      { cause: error },
    );
  }
}

const toCredentials = (endpoint: string, user: string, tokens: TokenResponse): Credentials => ({
  endpoint,
  user,
  accessToken: tokens.access_token,
  refreshToken: tokens.refresh_token,
  expiresOn: Number(tokens.expires_on),
});

/** The sentence of an error body, without its full stop; the status for anything that is no such body. */
function messageOf(text: string, response: Response): string {
  const fallback = `status ${response.status}`;
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message.replace(/\.$/, '') : fallback;
  } catch {
    // A proxy in between answers with a page of its own; its status says enough.
    return fallback;
  }
}
