/**
 * Every setting of both nodes: type, default, one sentence. `config/load.ts` reads, checks and freezes them;
 * `docs/configuration.md` is generated from here. Durations are written `[d.]hh:mm:ss` and are milliseconds once loaded.
 */
import { type Static, type TSchema, Type } from 'typebox';

const text = (fallback: string, description: string) => Type.String({ default: fallback, description });
const flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description });
const integer = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });
const duration = (fallback: string, description: string) =>
  Type.Unsafe<number>({ type: 'string', format: 'duration', default: fallback, description });
const list = (description: string, fallback: string[] = []) =>
  Type.Array(Type.String(), { default: fallback, description });
const section = <T extends Record<string, TSchema>>(properties: T, description: string) =>
  Type.Object(properties, { default: {}, description });

const level = (description: string) =>
  text('Warning', `${description} Verbose, Debug, Information, Warning, Error, Critical or None.`);
const maxPort = 65535;
const huge = Number.MAX_SAFE_INTEGER;

const certificate = section(
  {
    Enabled: flag(false, 'Use the certificate below.'),
    StoreName: text('My', 'Certificate store.'),
    StoreLocation: text('LocalMachine', 'LocalMachine or CurrentUser.'),
    SubjectName: text('', 'Subject of the certificate, e.g. CN=web1.example.com.'),
    Thumbprint: text('', 'SHA-1 in hex; decides when several certificates share a subject.'),
  },
  'A certificate chosen from a store.',
);

/** A documented section whose feature this version lacks. Switched on, it would promise what nobody keeps: the node refuses to start. */
const missingFeature = (feature: string) =>
  section(
    { Enabled: flag(false, `Must be false: this version has no ${feature}.`) },
    `${feature}, in a later version.`,
  );

const kestrel = (port: number) =>
  section(
    {
      Port: integer(port, 1, maxPort, 'Listening port.'),
      Host: text(
        'localhost',
        'Public host name of this node, used in generated links; it does not restrict the bind address.',
      ),
      BindAddress: text('', 'Interface to bind; empty tries :: and then 0.0.0.0.'),
      HttpsEnabled: flag(
        false,
        'Serve HTTPS on Port; must be false: this version has no TLS of its own, put a proxy in front.',
      ),
      HttpsCertificate: certificate,
      Limits: section(
        {
          MaxJsonBodySize: integer(
            100_000_000,
            1024,
            huge,
            'Largest JSON request body in bytes; above it the answer is 413.',
          ),
          MaxRequestBodySize: integer(
            4_294_967_295,
            1024,
            huge,
            'Largest uploaded file in bytes; above it the answer is 413.',
          ),
          RequestTimeout: duration('01:00:00', 'Longest time one request may take.'),
          HeadersTimeout: duration('00:00:30', 'Longest wait for the headers of a request.'),
          KeepAliveTimeout: duration('00:02:00', 'How long an idle connection is kept.'),
        },
        'What one client may ask of the listener.',
      ),
    },
    'The listener; the name is kept for compatibility.',
  );

const logging = section(
  {
    IncludeScopes: flag(false, 'Accepted for compatibility; every line carries its correlation id anyway.'),
    LogsPath: text('', 'Folder of the log files; empty means the default.'),
    MaxLogsFilesNumber: integer(10, 1, 10_000, 'Daily log files kept.'),
    LogLevel: section(
      {
        Default: level('Least severe product event that is written.'),
        System: level('Platform events.'),
        Microsoft: level('Events of the HTTP and database libraries.'),
      },
      'Severity per source.',
    ),
  },
  'Log files.',
);

export const WebNodeSettings = Type.Object({
  configured: text('', 'Marker written by node setup; without it the node answers only its probes.'),
  Kestrel: kestrel(12800),
  Logging: logging,
  MaxNumberOfThreadsPerBatchExecution: integer(
    100,
    1,
    100_000,
    'Most operations one batch may run in parallel.',
  ),
  Authentication: section(
    {
      AdminAccount: section(
        { Enabled: flag(true, 'Whether the local account admin may sign in.') },
        'The local account.',
      ),
      AdminPassword: text('', 'Hash of the password of admin, written by node setup.'),
      LDAP: missingFeature('LDAP'),
      AzureActiveDirectory: missingFeature('Azure Active Directory'),
      JWTSigningCertificate: missingFeature('signing certificate'),
      Tokens: section(
        {
          AccessTokenLifetime: duration('01:00:00', 'Life of an access token.'),
          RefreshTokenLifetime: duration('14.00:00:00', 'Unused life of a refresh token.'),
          MaxChainLifetime: duration('90.00:00:00', 'Time after a login from which renewals are refused.'),
          ClockSkew: duration('00:01:00', 'Grace after the expiry of an access token.'),
        },
        'Lifetimes of tokens.',
      ),
      Lockout: section(
        {
          MaxFailures: integer(
            10,
            0,
            1_000_000,
            'Failed logins of one user from one address within Window before further ones answer 401 unseen; 0 = off.',
          ),
          Window: duration('00:05:00', 'Time over which failures are counted.'),
        },
        'Slows the guessing of passwords.',
      ),
    },
    'Who may sign in.',
  ),
  Authorization: section(
    {
      Owner: list('Directory groups whose members are Owners.'),
      Contributor: list('Directory groups whose members are Contributors.'),
      Reader: list('Directory groups whose members are Readers.'),
      CacheLifeTimeInMinutes: integer(
        60,
        0,
        1_000_000,
        'How long group membership is cached; 0 = not at all.',
      ),
    },
    'Roles.',
  ),
  ConnectionStrings: section(
    {
      defaultDb: section(
        {
          Enabled: flag(true, 'Use SQLite.'),
          Connection: text('./plinth.db', 'Path of the file, relative to the data folder.'),
        },
        'The SQLite database of a node that has no other.',
      ),
      postgresql: missingFeature('PostgreSQL'),
      sqlserver: missingFeature('SQL Server'),
    },
    'Databases.',
  ),
  CORS: missingFeature('CORS'),
  ComputeNodesConfiguration: section(
    {
      ClientCertificate: missingFeature('client certificate'),
      Uris: section(
        { Values: list('Compute nodes, one URI each.'), Ranges: list('Compute nodes as ranges.') },
        'Compute nodes copied into the database at start.',
      ),
      ConnectionTimeout: duration('01:00:00', 'Longest wait for an answer of a compute node.'),
      ProbeInterval: duration('00:00:10', 'How often compute nodes are asked for their health.'),
      ConnectTimeout: duration('00:00:02', 'Longest wait for a connection to a compute node.'),
    },
    'How compute nodes are found.',
  ),
  Sessions: section(
    {
      IdleTimeout: duration('1.00:00:00', 'Close a session unused for this long; 0 = never.'),
      MaxPerUser: integer(
        20,
        0,
        1_000_000,
        'Open sessions of one user, above it the answer is 429; 0 = no limit.',
      ),
    },
    'Remote sessions.',
  ),
});

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

export type WebNodeConfig = Static<typeof WebNodeSettings>;
export type ComputeNodeConfig = Static<typeof ComputeNodeSettings>;
