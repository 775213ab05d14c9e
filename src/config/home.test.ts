import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { homePaths } from './home.ts';

test('with PLINTH_HOME everything lies below it, absolute', () => {
  const paths = homePaths({ PLINTH_HOME: 'box' }, true);
  const home = join(process.cwd(), 'box');
  assert.deepEqual(paths, {
    webNodeSettings: join(home, 'webnode/appsettings.json'),
    computeNodeSettings: join(home, 'computenode/appsettings.json'),
    certs: join(home, 'certs'),
    data: join(home, 'data'),
    run: join(home, 'run'),
    workdir: join(home, 'workdir'),
    stash: join(home, 'stash'),
    webNodeLogs: join(home, 'logs/webnode'),
    computeNodeLogs: join(home, 'logs/computenode'),
  });
});

test('without it root uses the folders of the system, anyone else the own home', () => {
  const root = homePaths({}, true);
  assert.equal(root.webNodeSettings, '/etc/plinth/webnode/appsettings.json');
  assert.equal(root.workdir, '/var/lib/plinth/workdir');
  assert.equal(root.computeNodeLogs, '/var/log/plinth/computenode');
  assert.equal(homePaths({ HOME: '/home/ada', PLINTH_HOME: '' }, false).data, '/home/ada/.plinth/data');
});
