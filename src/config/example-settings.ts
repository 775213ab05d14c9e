import type { NodeRole } from './environment.ts';

const noCertificate = {
  Enabled: false,
  StoreName: 'My',
  StoreLocation: 'CurrentUser',
  SubjectName: '',
  Thumbprint: '',
};

const logging = {
  IncludeScopes: false,
  LogsPath: '',
  MaxLogsFilesNumber: 10,
  LogLevel: { Default: 'Warning', System: 'Warning', Microsoft: 'Warning' },
};

const webNode = {
  Kestrel: { Port: 12800, Host: 'localhost', HttpsEnabled: false, HttpsCertificate: noCertificate },
  Logging: logging,
  MaxNumberOfThreadsPerBatchExecution: 100,
  Authentication: { AdminAccount: { Enabled: true }, AdminPassword: '' },
  Authorization: { CacheLifeTimeInMinutes: 60 },
  ConnectionStrings: { defaultDb: { Enabled: true, Connection: './plinth.db' } },
  ComputeNodesConfiguration: { Uris: { Values: [], Ranges: [] }, ConnectionTimeout: '01:00:00' },
};

const computeNode = {
  Kestrel: { Port: 12805, HttpsEnabled: false, HttpsCertificate: noCertificate },
  Logging: logging,
  Pool: { InitialSize: 5, MaxSize: 80 },
  RServePort: 9054,
};

const text = (settings: object): string => `${JSON.stringify(settings, null, 2)}\n`;

/** What a new settings file holds: the keys people change, as the manual shows them. */
export const exampleSettings: Record<NodeRole, string> = {
  webnode: text(webNode),
  computenode: text(computeNode),
};
