import { Type } from 'typebox';
import { duration, flag, integer, list, missingFeature, section, text } from './kinds.ts';
import { kestrel, logging } from './node-settings.ts';

/** Every setting of a web node. */
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
