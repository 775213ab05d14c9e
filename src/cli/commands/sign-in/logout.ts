import { defineCommand } from '../../command.ts';
import { CommandError } from '../../command-error.ts';
import { forgetCredentials, signedIn } from '../../credentials-file.ts';
import { revoke } from '../../rest-client.ts';

export const logout = defineCommand({
  path: ['logout'],
  summary: 'Sign out: revoke the tokens and forget them',
  example: 'plinth logout',
  options: { mls: { kind: 'flag', description: 'accepted, because az needs it', hidden: true } },
  async run(_, { io, report }) {
    const credentials = signedIn(io.environment);
    if (credentials === null) {
      report.warn('Nobody was signed in.');
      return undefined;
    }
    try {
      await revoke(credentials);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      report.warn(
        `${credentials.endpoint} could not be told (${error.message}); the tokens are forgotten here.`,
      );
    }
    forgetCredentials(io.environment, credentials.endpoint);
    return { value: { endpoint: credentials.endpoint, user: credentials.user, signedIn: false } };
  },
});
