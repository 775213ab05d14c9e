import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainTextSecrets } from './secrets.ts';

test('names passwords, keys and connection strings with a password, but nothing encrypted or empty', () => {
  const tree = {
    Authentication: {
      AdminPassword: 'hash',
      JWTKey: 'x',
      LDAP: { QueryUserPassword: 'y', queryuserpasswordencrypted: 'True' },
      AzureActiveDirectory: { Key: 'z', KeyEncrypted: false },
    },
    ConnectionStrings: {
      postgresql: { Encrypted: false, Connection: 'Host=a; Password=b' },
      sqlserver: { Encrypted: true, Connection: 'UID=a;PWD=b' },
      url: { Connection: 'postgres://me:secret@host/db' },
      defaultDb: { Connection: './plinth.db' },
    },
    Rserve: { Password: '' },
  };
  assert.deepEqual(plainTextSecrets(tree), [
    'Authentication.AdminPassword',
    'Authentication.JWTKey',
    'Authentication.AzureActiveDirectory.Key',
    'ConnectionStrings.postgresql.Connection',
    'ConnectionStrings.url.Connection',
  ]);
});
