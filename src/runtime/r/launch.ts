import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Launcher } from '../launcher.ts';
import { decodeReply } from './decode.ts';
import { encodeRequest } from './encode.ts';

const program = join(import.meta.dirname, '../../../workers/r');

/** What R says about itself: the shell script `R` finds all this anew at each start, for 40 ms. */
const question = `cat(paste0(R.version$major, ".", R.version$minor), R.home("bin"), sep = "\\n")
for (name in c("R_HOME", "R_SHARE_DIR", "R_INCLUDE_DIR", "R_DOC_DIR", "R_ARCH", "LD_LIBRARY_PATH"))
  cat("\\n", name, "=", Sys.getenv(name), sep = "")`;

const oldest: readonly [major: number, minor: number] = [4, 2];
/** R answers in 0.2 s; what takes this long is not R. */
const patienceMs = 30_000;

/** Finds R (settings of `Runtimes.R`); null when it is switched off, missing, or older than 4.2. */
export async function detectR(settings: { Enabled: boolean; Path: string }): Promise<Launcher | null> {
  if (!settings.Enabled) return null;
  const answer = await ask(settings.Path || 'R');
  if (answer === null) return null;
  const [version = '', binaries = '', ...variables] = answer.split('\n');
  if (!isSupported(version)) return null;
  const environment = Object.fromEntries(
    variables.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return createLauncher(version, binaries, environment);
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

async function ask(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--no-echo', '--vanilla', '-e', question], {
      timeout: patienceMs,
    });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null; // not there, or not R
    throw error;
  }
}

function createLauncher(version: string, binaries: string, installation: Record<string, string>): Launcher {
  return {
    name: 'R',
    version,
    codec: { encode: encodeRequest, decode: decodeReply },
    depth: 2,
    command: (paths) => ({
      executable: join(binaries, 'exec', 'R'),
      args: [
        '--no-echo',
        '--vanilla',
        '-f',
        join(program, 'main.R'),
        '--args',
        join(program, 'R'),
        paths.requests,
        paths.replies,
        paths.console,
        paths.temporary,
      ],
      environment: {
        ...installation,
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: paths.directory,
        TMPDIR: paths.temporary,
        TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
        LANG: 'C.UTF-8',
        // Room before the first collections: took the p99 of a glm call from 4.5 to 1.9 ms. 2M cells are 112 MB when
        // all are used; 4M gained nothing more.
        R_NSIZE: '2M',
        R_VSIZE: '64M',
        // One worker per core is the parallelism; libraries with threads of their own would only get in each other's way.
        OMP_NUM_THREADS: '1',
        OPENBLAS_NUM_THREADS: '1',
        MKL_NUM_THREADS: '1',
      },
      readable: [program, installation.R_HOME ?? ''],
    }),
  };
}
