import { Type } from 'typebox';
import { duration, flag, huge, integer, list, maxPort, missingFeature, section, text } from './kinds.ts';
import { kestrel, logging } from './node-settings.ts';

const limits = (workingDirectory: number, description: string) =>
  section(
    {
      WallClock: duration('01:00:00', 'Longest time one call may run.'),
      CpuSeconds: integer(3600, 1, huge, 'CPU seconds one interpreter may use before it is replaced.'),
      Memory: integer(4 * 1024 ** 3, 64 * 1024 ** 2, huge, 'Bytes of data one interpreter may allocate.'),
      Processes: integer(64, 1, huge, 'Processes of one interpreter.'),
      OpenFiles: integer(1024, 64, huge, 'Open files of one process.'),
      FileSize: integer(1024 ** 3, 1024, huge, 'Largest file in bytes.'),
      WorkingDirectory: integer(workingDirectory, 1024, huge, 'Bytes below the working directory.'),
      ConsoleOutput: integer(
        10 * 1024 ** 2,
        1024,
        huge,
        'Bytes of console text kept per call; the rest is cut, with a line that says so.',
      ),
    },
    description,
  );

/** Every setting of a compute node. */
export const ComputeNodeSettings = Type.Object({
  configured: text('', 'Marker written by node setup.'),
  Kestrel: kestrel(12805),
  Logging: logging,
  ClientCertificate: missingFeature('client certificate'),
  Pool: section(
    {
      InitialSize: integer(5, 0, 1000, 'Blank interpreters started with the node, per runtime.'),
      MaxSize: integer(
        80,
        0,
        100_000,
        'Idle interpreters kept at most, per runtime; more are made on demand and closed after use.',
      ),
      HardLimit: integer(
        0,
        0,
        100_000,
        'Interpreters that may exist at all, per runtime; 0 = one per 64 MiB of memory.',
      ),
      WorkersPerService: integer(
        0,
        0,
        100_000,
        'Busy workers one service gets at once before its calls wait 100 ms for a further one; 0 = the number of CPUs.',
      ),
      ServiceIdleTimeout: duration('00:10:00', 'Give up a service worker unused for this long.'),
      MaxCallsPerWorker: integer(100_000, 1, huge, 'Replace a worker after this many calls.'),
    },
    'Interpreters kept warm.',
  ),
  RServePort: integer(
    9054,
    1,
    maxPort,
    'Kept for compatibility; interpreters are reached through pipes, no port is opened.',
  ),
  Runtimes: section(
    {
      R: section(
        { Enabled: flag(true, 'Run R.'), Path: text('', 'The R executable; empty searches PATH.') },
        'R.',
      ),
      Python: section(
        {
          Enabled: flag(true, 'Run Python.'),
          Path: text('', 'The Python executable; empty takes /usr/bin/python3.'),
          Preload: list('Modules imported before a worker is offered.', ['numpy', 'pandas', 'sklearn']),
        },
        'Python.',
      ),
    },
    'Installed interpreters.',
  ),
  WorkDir: text('', 'The only writable place of user code; empty means the default below the data folder.'),
  Isolation: section(
    {
      Mode: text(
        'sandbox',
        'sandbox (bubblewrap where it works, else setpriv) or shared (the account of the node).',
      ),
      Network: flag(false, 'Whether user code may use the network.'),
      Uid: integer(
        60807,
        1,
        2 ** 31 - 1,
        'First of the user and group ids interpreters run under when the node runs as root; each running one has its own.',
      ),
    },
    'How user code is contained.',
  ),
  Limits: section(
    {
      Call: limits(2 * 1024 ** 3, 'One call of a service.'),
      Session: limits(8 * 1024 ** 3, 'One session.'),
      QueueLength: integer(
        1000,
        1,
        huge,
        'Calls that may wait on this node; above it the answer is 503 with Retry-After.',
      ),
      InterruptGrace: duration('00:00:05', 'Time between the interrupt and the kill of code that must stop.'),
    },
    'What user code may use.',
  ),
  BlobCacheSize: integer(10 * 1024 ** 3, 1024 ** 2, huge, 'Bytes of snapshots kept on disk.'),
});
