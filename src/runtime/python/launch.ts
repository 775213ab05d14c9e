import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Launcher } from '../launcher.ts';
import { decodeReply } from './decode.ts';
import { encodeRequest } from './encode.ts';

const program = join(import.meta.dirname, '../../../workers/python');

const question = `import os, platform, sys
print(platform.python_version(), sys.executable, os.path.realpath(sys.executable), sys.prefix, sys.base_prefix, sep="\\n")`;

const oldest = [3, 9] as const;

/** Takes its path out of the arguments, so that user code finds nothing of the worker where it looks. */
const start = `import sys
sys.path.insert(0, sys.argv[1])
from plinth_worker.__main__ import main
main(sys.argv[2:])`;

/** Isolated from the environment and the user's packages, no bytecode written, UTF-8 throughout. */
const flags = ['-I', '-B', '-X', 'utf8'];

/**
 * Finds Python (settings of `Runtimes.Python`); null when it is switched off, missing, or older than 3.9. The default is
 * the system's: one in somebody's home could not be executed by the user that workers run under.
 */
export async function detectPython(settings: {
  Enabled: boolean;
  Path: string;
  Preload: string[];
}): Promise<Launcher | null> {
  if (!settings.Enabled) return null;
  const answer = await ask(settings.Path || '/usr/bin/python3');
  if (answer === null) return null;
  const [version = '', executable = '', ...places] = answer.trim().split('\n');
  if (!isRecent(version)) return null;
  const folders = [
    program,
    dirname(executable),
    ...places.map((path, i) => (i === 0 ? dirname(path) : path)),
  ];
  const readable = [...new Set(folders)].filter((path) => path !== '/usr' && !path.startsWith('/usr/'));
  return createLauncher(version, executable, settings.Preload, readable);
}

async function ask(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-I', '-c', question]);
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null; // not there, or not Python
    throw error;
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function createLauncher(
  version: string,
  executable: string,
  preload: string[],
  readable: string[],
): Launcher {
  return {
    name: 'Python',
    version,
    codec: { encode: encodeRequest, decode: decodeReply },
    depth: 4,
    command: (paths) => ({
      executable,
      args: [
        ...flags,
        '-c',
        start,
        program,
        paths.requests,
        paths.replies,
        paths.directory,
        paths.temporary,
        ...preload,
      ],
      environment: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: paths.directory,
        TMPDIR: paths.temporary,
        TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
        LANG: 'C.UTF-8',
        // The folder is on sys.path: what a session installs is its own, and part of its snapshots.
        PIP_TARGET: join(paths.directory, 'python-packages'),
        MPLBACKEND: 'Agg',
        MPLCONFIGDIR: join(paths.temporary, '.matplotlib'),
        // One worker per core is the parallelism; libraries with threads of their own would only get in each other's way.
        OMP_NUM_THREADS: '1',
        OPENBLAS_NUM_THREADS: '1',
        MKL_NUM_THREADS: '1',
      },
      readable,
    }),
  };
}
