import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DIALECTS, type TestDatabase } from '../../../test/support/databases.ts';
import { until } from '../../../test/support/until.ts';
import type { Database, StoredService } from '../../database/database.ts';
import { openCatalogue } from './catalogue.ts';

const service: StoredService = {
  name: 'n',
  version: 'v1',
  publishedBy: 'u1',
  createdAt: 1,
  revision: 1,
  runtime: 'R',
  code: 'y <- 1',
  initCode: null,
  description: null,
  operationId: null,
  inputs: [],
  outputs: [],
  outputFileNames: [],
  snapshotId: null,
  snapshotBlob: null,
};

for (const { type, create } of DIALECTS) {
  let folder: TestDatabase;
  let database: Database;
  let time = 0;
  before(async () => {
    folder = await create();
    database = await folder.open();
  });
  after(async () => {
    await database.close();
    await folder.remove();
  });

  test(`On ${type} a version is read once and then known`, async () => {
    await database.services.insert(service);
    const catalogue = openCatalogue(database.services, () => time);
    assert.equal(catalogue.cached('n', 'v1'), undefined);
    const entry = await catalogue.load('n', 'v1');
    assert.equal(entry?.definition.code, 'y <- 1');
    assert.equal(catalogue.cached('n', 'v1'), entry);
    assert.equal(await catalogue.load('N', 'v1'), null);
    assert.equal(catalogue.cached('N', 'v1'), undefined);
  });

  test(`On ${type} a change made elsewhere is seen within 2 s, and an unchanged version keeps its entry`, async () => {
    const catalogue = openCatalogue(database.services, () => time);
    const entry = await catalogue.load('n', 'v1');
    time += 1500;
    assert.equal(catalogue.cached('n', 'v1'), entry);
    assert.equal(await catalogue.load('n', 'v1'), entry);
    await database.services.update({ ...service, code: 'y <- 2', revision: 2 });
    time += 1500;
    assert.equal(catalogue.cached('n', 'v1'), entry);
    await until(
      'The background check has seen the change',
      () => catalogue.cached('n', 'v1')?.definition.code === 'y <- 2',
    );
    time += 2000;
    assert.equal(catalogue.cached('n', 'v1'), undefined);
    assert.equal((await catalogue.load('n', 'v1'))?.service.revision, 2);
  });

  test(`On ${type} what was read before a change is not remembered after it`, async () => {
    const catalogue = openCatalogue(database.services, () => time);
    const reading = catalogue.load('n', 'v1');
    catalogue.forget('n', 'v1');
    await reading;
    assert.equal(catalogue.cached('n', 'v1'), undefined);
  });

  test(`On ${type} a deleted version is forgotten by the next check`, async () => {
    const catalogue = openCatalogue(database.services, () => time);
    await catalogue.load('n', 'v1');
    await database.services.remove('n', 'v1');
    assert.equal(await catalogue.load('n', 'v1'), null);
    assert.equal(catalogue.cached('n', 'v1'), undefined);
  });
}
