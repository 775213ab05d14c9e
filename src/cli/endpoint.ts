import type { Environment } from '../config/environment.ts';
import { CommandError } from './command-error.ts';
import { readCredentials } from './credentials-file.ts';

const defaultEndpoint = 'http://localhost:12800';

/** The option of every command that talks to a web node. */
export const endpointOptions = {
  endpoint: {
    kind: 'text',
    placeholder: 'url',
    aliases: ['mls-endpoint'],
    default: `that of the last sign-in, else ${defaultEndpoint}`,
    description: 'web node or load balancer to talk to, http(s)://host:port',
  },
} as const;

/** The endpoint to talk to, without a trailing slash. Throws a usage error unless it is http(s)://host[:port]. */
export function chosenEndpoint(given: string | undefined, environment: Environment): string {
  const text = given ?? readCredentials(environment).endpoint ?? defaultEndpoint;
  const url = URL.parse(text);
  if (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username
  )
    return url.origin;
  throw new CommandError(
    'usage',
    `'${text}' is not the address of a web node`,
    'Write --mls-endpoint http(s)://host:port',
  );
}
