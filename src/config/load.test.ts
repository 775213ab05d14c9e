import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { PlinthError } from '../domain/errors.ts';
import type { Environment, NodeRole } from './environment.ts';
import { loadComputeNodeConfig, loadWebNodeConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'plinth-config-'));
after(() => rmSync(folder, { recursive: true }));
let homes = 0;

/** A fresh home with these files. */
function homeWith(files: Partial<Record<NodeRole, string | object>>, mode = 0o640): Environment {
  homes += 1;
  const home = join(folder, `${homes}`);
  for (const [role, content] of Object.entries(files)) {
    const path = join(home, role, 'appsettings.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(path, mode);
  }
  return { PLINTH_HOME: home };
}

const failure = (load: () => unknown): PlinthError => {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof PlinthError, String(error));
    return error;
  }
  assert.fail('expected a PlinthError');
};

test('without a file every setting has its default and the node is not configured', () => {
  const { config, warnings } = loadWebNodeConfig(homeWith({}));
  assert.equal(config.Kestrel.Port, 12800);
  assert.equal(config.configured, '');
  assert.equal(config.Authentication.Tokens.RefreshTokenLifetime, 14 * 24 * 3600 * 1000);
  assert.deepEqual(warnings, []);
});

test('reads what real files hold: byte-order mark, CRLF, comments, odd case, texts for numbers and flags', () => {
  const text =
    '\ufeff{ // web\r\n"KESTREL": {"port": "8080", "HTTPSENABLED": "False", "Description": "x"},\r\n' +
    '"Logging": {"LogLevel": {"Default": "fatal", "System": "Trace", "AllowedLogLevels": {"a": 1}}},\r\n' +
    '"Sessions": {"IdleTimeout": "1.02:03:04"}, "Mine": 1, "Authorization": {"Owner": ["a", "b"]} }';
  const { config, warnings } = loadWebNodeConfig(homeWith({ webnode: text }));
  assert.equal(config.Kestrel.Port, 8080);
  assert.equal(config.Kestrel.HttpsEnabled, false);
  assert.deepEqual(config.Logging.LogLevel, { Default: 'Critical', System: 'Verbose', Microsoft: 'Warning' });
  assert.equal(config.Sessions.IdleTimeout, ((26 * 60 + 3) * 60 + 4) * 1000);
  assert.deepEqual(config.Authorization.Owner, ['a', 'b']);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] as string, /^Mine in .* is not a known setting/);
});

test('the settings are frozen to the bottom', () => {
  const { config } = loadWebNodeConfig(homeWith({}));
  assert.throws(() => {
    config.ComputeNodesConfiguration.Uris.Values.push('http://a');
  }, TypeError);
  assert.throws(() => {
    (config.Kestrel as { Port: number }).Port = 1;
  }, TypeError);
});

test('a syntax error names file, line and column', () => {
  const environment = homeWith({ webnode: '{\n  "Kestrel": { "Port": 1 }\n  "Logging": {}\n}' });
  const error = failure(() => loadWebNodeConfig(environment));
  assert.match(error.message, /webnode\/appsettings\.json, line 3, column 3: A comma is missing/);
});

test('text that is not UTF-8 and files that are lists are refused', () => {
  const environment = homeWith({ webnode: '[]' });
  assert.match(failure(() => loadWebNodeConfig(environment)).message, /one object in braces/);
  writeFileSync(
    join(environment.PLINTH_HOME as string, 'webnode', 'appsettings.json'),
    Buffer.from([0x7b, 0xff]),
  );
  assert.match(failure(() => loadWebNodeConfig(environment)).message, /not UTF-8/);
});

test('every value that does not fit is named, with what is accepted; secrets are not repeated', () => {
  const environment = homeWith({
    webnode: {
      Kestrel: { Port: 70000, Limits: 3 },
      Sessions: { IdleTimeout: '25:00:00', MaxPerUser: 1.5 },
      Authentication: { AdminPassword: 12345, AdminAccount: { Enabled: 'yes' } },
      Authorization: { Owner: 'all' },
    },
  });
  const error = failure(() => loadWebNodeConfig(environment));
  assert.equal(
    error.fields,
    'Kestrel.Port, Kestrel.Limits, Authentication.AdminAccount.Enabled, Authentication.AdminPassword, ' +
      'Authorization.Owner, Sessions.IdleTimeout, Sessions.MaxPerUser',
  );
  assert.match(error.message, /Kestrel\.Port is 70000; expected is a whole number from 1 to 65535\./);
  assert.match(error.message, /Sessions\.IdleTimeout is "25:00:00"; expected is a duration/);
  assert.doesNotMatch(error.message, /12345/);
});

const rules: [name: string, role: NodeRole, settings: object, key: string, message: RegExp][] = [
  [
    'no database',
    'webnode',
    { ConnectionStrings: { defaultDb: { Enabled: false } } },
    'ConnectionStrings.defaultDb.Enabled',
    /No database is enabled/,
  ],
  [
    'an unknown log level',
    'webnode',
    { Logging: { LogLevel: { System: 'Loud' } } },
    'Logging.LogLevel.System',
    /"Loud"; allowed are Verbose/,
  ],
  [
    'no log files',
    'webnode',
    { Logging: { MaxLogsFilesNumber: 0 } },
    'Logging.MaxLogsFilesNumber',
    /from 1 to/,
  ],
  [
    'a bad URI',
    'webnode',
    { ComputeNodesConfiguration: { Uris: { Ranges: ['http://1.1.1.3-1:80'] } } },
    'ComputeNodesConfiguration.Uris.Ranges',
    /"http:\/\/1\.1\.1\.3-1:80".*reversed/,
  ],
  ['a small pool', 'computenode', { Pool: { InitialSize: 9, MaxSize: 3 } }, 'Pool.MaxSize', /MaxSize is 3/],
  ['a negative pool', 'computenode', { Pool: { MaxSize: -1 } }, 'Pool.MaxSize', /from 0 to/],
  ['equal ports', 'computenode', { Kestrel: { Port: 9054 } }, 'RServePort', /must differ/],
  [
    'an unknown isolation',
    'computenode',
    { Isolation: { Mode: 'none' } },
    'Isolation.Mode',
    /sandbox and shared/,
  ],
  ['HTTPS', 'webnode', { Kestrel: { HttpsEnabled: true } }, 'Kestrel.HttpsEnabled', /put a proxy in front/],
  [
    'LDAP',
    'webnode',
    { Authentication: { LDAP: { Enabled: 'True' } } },
    'Authentication.LDAP.Enabled',
    /lacks the feature/,
  ],
  [
    'PostgreSQL',
    'webnode',
    { ConnectionStrings: { postgresql: { Enabled: true } } },
    'ConnectionStrings.postgresql.Enabled',
    /lacks the feature/,
  ],
  [
    'a client certificate',
    'computenode',
    { ClientCertificate: { Enabled: true } },
    'ClientCertificate.Enabled',
    /lacks/,
  ],
];

for (const [name, role, settings, key, message] of rules)
  test(`${name} is refused`, () => {
    const environment = homeWith({ [role]: settings });
    const load = role === 'webnode' ? loadWebNodeConfig : loadComputeNodeConfig;
    const error = failure(() => load(environment));
    assert.equal(error.fields, key);
    assert.match(error.message, message);
  });

test('two configured nodes of one machine may not share a port', () => {
  const files = { webnode: { Kestrel: { Port: 12805 } }, computenode: { configured: 'configured' } };
  assert.match(failure(() => loadWebNodeConfig(homeWith(files))).message, /ports of their own/);
  const broken = homeWith({ webnode: {}, computenode: '{' });
  assert.equal(loadWebNodeConfig(broken).config.Kestrel.Port, 12800);
});

test('the environment wins over the file, the own prefix over the shared one', () => {
  const environment = {
    ...homeWith({
      webnode: {
        Kestrel: { Port: 1, Host: 'file' },
        ComputeNodesConfiguration: { Uris: { Values: ['http://a', 'http://b'] } },
      },
    }),
    PLINTH__KESTREL__PORT: '2',
    PLINTH_WEBNODE__Kestrel__Port: '3',
    PLINTH_COMPUTENODE__Kestrel__Port: '4',
    PLINTH__ComputeNodesConfiguration__Uris__Values__1: 'http://c',
    PLINTH__ComputeNodesConfiguration__Uris__Values__3: 'http://d',
    PLINTH__Authorization: '{"owner": ["x"]}',
    PLINTH__Authorization__Reader: '["y", "z"]',
    PLINTH__Pool__InitialSize: '7',
    PLINTH_WEBNODE__Pool__InitialSize: '7',
    PLINTH__Nonsense: '1',
  };
  const { config, warnings } = loadWebNodeConfig(environment);
  assert.equal(config.Kestrel.Port, 3);
  assert.equal(config.Kestrel.Host, 'file');
  assert.deepEqual(config.ComputeNodesConfiguration.Uris.Values, ['http://a', 'http://c', 'http://d']);
  assert.deepEqual([config.Authorization.Owner, config.Authorization.Reader], [['x'], ['y', 'z']]);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] as string, /Nonsense in the environment variable PLINTH__Nonsense/);
  assert.match(warnings[1] as string, /PLINTH_WEBNODE__Pool__InitialSize/);
  const compute = loadComputeNodeConfig(environment).config;
  assert.deepEqual([compute.Kestrel.Port, compute.Pool.InitialSize], [4, 7]);
});

test('a bad value of the environment names its variable', () => {
  const environment = {
    ...homeWith({}),
    PLINTH__Kestrel__Port: 'x',
    PLINTH__Authorization__Owner: '["a" "b"]',
  };
  assert.match(
    failure(() => loadWebNodeConfig(environment)).message,
    /PLINTH__Authorization__Owner, line 1, column 6/,
  );
  const { PLINTH__Authorization__Owner: _, ...rest } = environment;
  assert.match(
    failure(() => loadWebNodeConfig(rest)).message,
    /set by the environment variable PLINTH__Kestrel__Port/,
  );
});

test('old names are read; the present name wins with a warning', () => {
  const { config, warnings } = loadWebNodeConfig(
    homeWith({
      webnode: {
        adminpassword: 'old',
        BackEndConfiguration: { uris: { Values: ['http://old'] }, ConnectionTimeout: '00:01:00' },
        ComputeNodesConfiguration: { Uris: { Values: ['http://new'] } },
      },
    }),
  );
  assert.equal(config.Authentication.AdminPassword, 'old');
  assert.deepEqual(config.ComputeNodesConfiguration.Uris.Values, ['http://new']);
  assert.equal(config.ComputeNodesConfiguration.ConnectionTimeout, 60_000);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] as string, /old name of ComputeNodesConfiguration\.Uris\.Values/);
});

test('a file that everybody can read may hold no secret, unless that is asked for', () => {
  const settings = { Authentication: { LDAP: { QueryUserPassword: 'geheim' } } };
  const environment = homeWith({ webnode: settings }, 0o644);
  const error = failure(() => loadWebNodeConfig(environment));
  assert.match(error.message, /read by everybody and holds Authentication\.LDAP\.QueryUserPassword/);
  assert.doesNotMatch(error.message, /geheim/);
  const allowed = loadWebNodeConfig({ ...environment, PLINTH_ALLOW_INSECURE_CONFIG: '1' });
  assert.ok(allowed.warnings.some((warning) => /QueryUserPassword stands in plain text/.test(warning)));
  assert.doesNotThrow(() => loadWebNodeConfig(homeWith({ webnode: settings }, 0o640)));
  assert.doesNotThrow(() => loadWebNodeConfig(homeWith({ webnode: { Kestrel: {} } }, 0o644)));
});
