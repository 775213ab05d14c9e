import { password, text } from '@clack/prompts';
import { CommandError } from '../command-error.ts';
import type { Io } from '../io.ts';

/** Whether somebody sits there who can answer. */
export const isInteractive = (io: Io): boolean => io.stdin.isTTY === true && io.stderr.isTTY === true;

/** Asks on the terminal without echo. Throws a usage error with `advice` when nobody can answer or the answer is refused. */
export const askSecret = (io: Io, message: string, advice: string): Promise<string> =>
  ask(io, message, advice, (streams) => password({ message, mask: '', ...streams }));

/** As `askSecret`, but what is typed can be seen. */
export const askText = (io: Io, message: string, advice: string): Promise<string> =>
  ask(io, message, advice, (streams) => text({ message, ...streams }));

async function ask(
  io: Io,
  message: string,
  advice: string,
  put: (streams: { input: Io['stdin']; output: Io['stderr'] }) => Promise<string | symbol | undefined>,
): Promise<string> {
  if (!isInteractive(io))
    throw new CommandError('usage', `${message} is missing, and there is no terminal to ask on`, advice);
  const answer = await put({ input: io.stdin, output: io.stderr });
  if (typeof answer === 'symbol')
    throw new CommandError('usage', 'The question was not answered', 'Repeat the command');
  return answer ?? '';
}
