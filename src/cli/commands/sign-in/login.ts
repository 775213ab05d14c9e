import { text as readText } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from '../../command.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { type Credentials, writeCredentials } from '../../credentials-file.ts';
import { chosenEndpoint, endpointOptions } from '../../endpoint.ts';
import { askSecret, askText } from '../../output/ask.ts';
import { signIn } from '../../rest-client.ts';

const retries = 3;
const retryPauseMs = 1000;

export const login = defineCommand({
  path: ['login'],
  summary: 'Sign in to a web node; later commands use the tokens this leaves behind',
  example: 'plinth login --mls-endpoint http://localhost:12800 --username admin',
  options: {
    mls: { kind: 'flag', description: 'accepted, because az needs it', hidden: true },
    ...endpointOptions,
    username: {
      kind: 'text',
      placeholder: 'user',
      short: 'u',
      description: 'asked for on a terminal when it is missing',
    },
    password: {
      kind: 'text',
      placeholder: 'password',
      short: 'p',
      description: 'asked for on a terminal when it is missing',
    },
    passwordStdin: { kind: 'flag', description: 'read the password from stdin' },
  },
  async run(options, context) {
    const { io, report } = context;
    const endpoint = chosenEndpoint(options.endpoint, io.environment);
    if (options.password !== undefined)
      report.warn(
        'A password on the command line may show in the history of the shell and in process lists.',
      );
    const user = options.username ?? (await askText(io, 'The user to sign in', 'Give --username'));
    const password = options.passwordStdin
      ? ((await readText(io.stdin)).split(/\r?\n/, 1)[0] ?? '')
      : (options.password ??
        (await askSecret(io, `The password of ${user}`, 'Give --password or --password-stdin')));
    const credentials = await persistently(context, () => signIn(endpoint, user, password));
    writeCredentials(io.environment, credentials);
    return { value: describeSignIn(credentials) };
  },
});

/** Tries again while the endpoint cannot be reached: web nodes take a moment to start. */
async function persistently<T>({ report }: CommandContext, attempt: () => Promise<T>): Promise<T> {
  for (let left = retries; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      const unreachable = error instanceof CommandError && error.cause instanceof TypeError;
      if (!unreachable || left === 0) throw error;
      report.progress(`${error.message}; trying again, ${left} ${left === 1 ? 'time' : 'times'} more …`);
      await delay(retryPauseMs);
    }
  }
}

/** The local account is admin and owns everything; users of a directory get their role there. */
function describeSignIn({ endpoint, user, expiresOn }: Credentials): object {
  const isLocal = user.toLowerCase() === 'admin';
  return {
    endpoint,
    user,
    method: isLocal ? 'local' : 'ldap',
    role: isLocal ? 'Owner' : null,
    expiresOn: new Date(expiresOn * 1000).toISOString(),
  };
}
