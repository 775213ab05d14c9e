import { text as readText } from 'node:stream/consumers';
import { passwordProblems } from '../../domain/password-rule.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import { askSecret } from '../output/ask.ts';

/** The options by which commands take the password of `admin`. */
export const passwordOptions = {
  adminPassword: {
    kind: 'text',
    placeholder: 'password',
    aliases: ['new-password'],
    description: 'password of the account admin; asked for on a terminal when it is missing',
  },
  confirmPassword: { kind: 'text', placeholder: 'password', description: 'the same again' },
  adminPasswordStdin: {
    kind: 'flag',
    description: 'read the password from stdin; or set PLINTH_ADMIN_PASSWORD',
  },
} as const;

export interface PasswordOptions {
  adminPassword?: string | undefined;
  confirmPassword?: string | undefined;
  adminPasswordStdin: boolean;
}

const advice =
  'Give --admin-password and --confirm-password, --admin-password-stdin, or set PLINTH_ADMIN_PASSWORD';

/** The password of `admin` from wherever it was given, checked against the rule. Throws a usage error naming every broken part. */
export async function obtainPassword(options: PasswordOptions, context: CommandContext): Promise<string> {
  const password = await givenPassword(options, context);
  const problems = passwordProblems(password);
  if (problems.length === 0) return password;
  throw new CommandError(
    'usage',
    `The password ${problems.join('; it ')}`,
    'Choose another one; nothing was changed',
  );
}

async function givenPassword(options: PasswordOptions, context: CommandContext): Promise<string> {
  const { io, report } = context;
  if (options.adminPassword !== undefined) {
    report.warn(
      'A password on the command line may show in the history of the shell and in process lists, ' +
        'and $ ! & ; < > | \\ ( ) in it need quotes.',
    );
    return confirmed(options.adminPassword, options.confirmPassword, context);
  }
  if (options.adminPasswordStdin) return (await readText(io.stdin)).split(/\r?\n/, 1)[0] ?? '';
  if (io.environment.PLINTH_ADMIN_PASSWORD) return io.environment.PLINTH_ADMIN_PASSWORD;
  const password = await askSecret(io, 'The password of admin', advice);
  return confirmed(password, undefined, context);
}

async function confirmed(
  password: string,
  given: string | undefined,
  { io }: CommandContext,
): Promise<string> {
  const again = given ?? (await askSecret(io, 'The password of admin again', advice));
  if (again === password) return password;
  throw new CommandError(
    'usage',
    'The two passwords differ',
    'Give the same password twice; nothing was changed',
  );
}
