import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlinthError } from '../../domain/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { Slots } from '../slots.ts';
import { makeWorkerFolder, removeFolder } from '../worker-folder.ts';
import { bubblewrap } from './bubblewrap.ts';
import { none } from './none.ts';
import type { ProcessLimits, Sandbox } from './sandbox.ts';
import { setpriv } from './setpriv.ts';
import { findTool } from './tools.ts';

const run = promisify(execFile);

export interface SandboxChoice {
  /** `Isolation.Mode`. */
  mode: string;
  network: boolean;
  firstUid: number;
  /** How many user ids from firstUid on may be in use at once. */
  uids: number;
  workDir: string;
  /** Whether the node runs as root. */
  root: boolean;
}

const probeLimits: ProcessLimits = {
  CpuSeconds: 60,
  Memory: 2 ** 30,
  Processes: 16,
  OpenFiles: 256,
  FileSize: 2 ** 20,
};

/**
 * The strongest containment that works here, found out by running a program in it. Throws NotConfigured when user
 * code would have to run as root although a sandbox was asked for.
 */
export async function chooseSandbox(choice: SandboxChoice, logger: Logger): Promise<Sandbox> {
  const prlimit = findTool('prlimit');
  if (prlimit === null)
    throw new PlinthError('NotConfigured', 'The program prlimit is missing. Install the package util-linux.');
  if (choice.mode === 'shared') {
    logger.warning(
      'Isolation.Mode is "shared": user code runs under the account of this node and can read what it can read.',
    );
    return none({ prlimit });
  }
  if (choice.mode !== 'sandbox')
    throw new PlinthError(
      'InvalidRequest',
      `Isolation.Mode is "${choice.mode}". It must be "sandbox" or "shared".`,
      { fields: 'Isolation.Mode' },
    );
  for (const candidate of await candidates(choice, prlimit)) {
    const problem = await probe(candidate, choice.workDir);
    if (problem === null) return candidate;
    logger.warning(`Interpreters cannot be contained by ${candidate.kind} on this machine: ${problem}`);
  }
  if (choice.root)
    throw new PlinthError(
      'NotConfigured',
      'User code cannot be contained: neither bubblewrap nor setpriv works on this machine. ' +
        'Install bubblewrap, or set Isolation.Mode to "shared" to run user code as root.',
    );
  logger.warning(
    'User code is NOT contained: bubblewrap is missing or user namespaces are not allowed. ' +
      'It runs under the account of this node and can read what it can read.',
  );
  return none({ prlimit });
}

async function candidates(choice: SandboxChoice, prlimit: string): Promise<Sandbox[]> {
  const found: Sandbox[] = [];
  const tools = { bwrap: findTool('bwrap'), setpriv: findTool('setpriv') };
  if (tools.bwrap !== null && tools.setpriv !== null)
    found.push(
      bubblewrap({
        bwrap: tools.bwrap,
        setpriv: tools.setpriv,
        prlimit,
        firstUid: choice.root ? choice.firstUid : null,
        network: choice.network,
        accounts: await writeAccounts(choice),
        disableUserNamespaces: await understands(tools.bwrap, '--disable-userns'),
      }),
    );
  if (tools.setpriv !== null && choice.root)
    found.push(setpriv({ setpriv: tools.setpriv, prlimit, firstUid: choice.firstUid }));
  return found;
}

async function understands(program: string, option: string): Promise<boolean> {
  const { stdout, stderr } = await run(program, ['--help']);
  return `${stdout}${stderr}`.includes(option);
}

/** Interpreters ask for the name of their user; that is all they learn of accounts. */
async function writeAccounts(choice: SandboxChoice): Promise<{ passwd: string; group: string }> {
  const ids = choice.root
    ? Array.from({ length: choice.uids }, (_, slot) => choice.firstUid + slot)
    : [process.getuid?.() ?? choice.firstUid];
  const folder = join(choice.workDir, 'accounts');
  const files = { passwd: join(folder, 'passwd'), group: join(folder, 'group') };
  await mkdir(folder, { recursive: true });
  await writeFile(
    files.passwd,
    ids.map((id) => `plinth:x:${id}:${id}::/tmp:/usr/sbin/nologin\n`),
  );
  await writeFile(
    files.group,
    ids.map((id) => `plinth:x:${id}:\n`),
  );
  await Promise.all(Object.values(files).map((file) => chmod(file, 0o644)));
  return files;
}

/** Null when a program ran in the sandbox and could use its folder, else what went wrong. */
async function probe(sandbox: Sandbox, workDir: string): Promise<string | null> {
  // A claimed id, like a worker's: another node that ends a worker of the same id would end the probe with it.
  const slots = new Slots((slot) => sandbox.uid(slot));
  const slot = await slots.take();
  try {
    return await tryOut(sandbox, workDir, sandbox.uid(slot));
  } finally {
    slots.give(slot);
  }
}

async function tryOut(sandbox: Sandbox, workDir: string, uid: number | null): Promise<string | null> {
  const folder = await makeWorkerFolder(workDir, uid);
  try {
    const { directory } = sandbox.paths(folder);
    const command = sandbox.contain(
      { executable: '/bin/sh', args: ['-c', `: > "${directory}/probe"`], environment: {}, readable: [] },
      { folder, uid, limits: probeLimits },
    );
    await run(command.executable, command.args, {
      cwd: command.directory,
      env: command.environment,
      timeout: 10_000,
    });
    return null;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return (stderr?.trim() || message).slice(0, 500);
  } finally {
    await removeFolder(folder.path);
  }
}
