import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComputeHealth, PoolHealth } from '../../contracts/compute-api.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { WebContext } from '../context.ts';
import { report } from './report.ts';

const pool = (canOpenShell: boolean): PoolHealth => ({
  version: '4.2',
  maxPoolSize: 80,
  activeShellCount: 1,
  currentPoolSize: 5,
  canOpenShell,
});
const health = (runtimes: ComputeHealth['runtimes']): ComputeHealth => ({
  apiVersion: '1.0',
  version: '1',
  ready: true,
  runtimes,
  isolation: 'bubblewrap',
  limits: 'rlimit',
  logPath: '/logs',
  load: { active: 0, limit: 1 },
});
const good = health({ R: pool(true) });

interface Node {
  health: ComputeHealth | null;
  declared?: 'uri' | 'range';
}

/** The report reads only what a node's ports say; these are their answers. */
function reportOn(nodes: Node[], ping: () => Promise<void> = async () => {}) {
  const list = nodes.map(({ health, declared = 'uri' }, index) => ({
    node: { uri: `http://node${index}:12805` },
    health,
    declared,
  }));
  const context = {
    logPath: '/web/logs',
    computeNodes: { list: () => list },
    identity: { method: 'local' },
    database: { type: 'sqlite', name: 'main', ping },
  };
  return report(context as unknown as WebContext);
}

test('a node that works is shown with the keys of the runtimes it has', async () => {
  const { statusCode, components } = await reportOn([{ health: good }]);
  assert.equal(statusCode, 'pass');
  assert.deepEqual(components?.backends?.components, {
    'http://node0:12805/': {
      statusCode: 'pass',
      details: {
        rMaxPoolSize: 80,
        rActiveShellCount: 1,
        rCurrentPoolSize: 5,
        rCanOpenShell: 'True',
        apiVersion: '1.0',
        isolation: 'bubblewrap',
        limits: 'rlimit',
        logPath: '/logs',
      },
      components: null,
    },
  });
});

const cases: [what: string, nodes: Node[], expected: string][] = [
  ['a declared node that does not answer', [{ health: good }, { health: null }], 'warn'],
  ['a silent member of a range', [{ health: good }, { health: null, declared: 'range' }], 'pass'],
  ['only silent members of a range', [{ health: null, declared: 'range' }], 'fail'],
  ['no node at all', [], 'fail'],
  ['a runtime without shells', [{ health: health({ R: pool(true), Python: pool(false) }) }], 'fail'],
  ['a node that is still starting', [{ health: { ...good, ready: false } }], 'fail'],
  ['a node without runtimes', [{ health: good }, { health: health({}) }], 'warn'],
];
for (const [what, nodes, expected] of cases)
  test(`${what}: ${expected}`, async () => {
    const { statusCode, components } = await reportOn(nodes);
    assert.equal(components?.backends?.statusCode, expected);
    assert.equal(statusCode, expected);
  });

test('silent members of a range are not listed', async () => {
  const { components } = await reportOn([{ health: null, declared: 'range' }, { health: good }]);
  assert.deepEqual(Object.keys(components?.backends?.components ?? {}), ['http://node1:12805/']);
});

test('a database that does not answer is a failure of the whole', async () => {
  const { statusCode, components } = await reportOn([{ health: good }], async () => {
    throw new PlinthError('DatabaseUnavailable', 'no');
  });
  assert.equal(statusCode, 'fail');
  assert.deepEqual(components?.database, {
    statusCode: 'fail',
    details: { type: 'sqlite', name: 'main', state: 'Closed' },
    components: null,
  });
});
