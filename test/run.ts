/**
 * Runs the tests and ends with the plain line `N passed, N failed`.
 *
 *     node test/run.ts                    everything
 *     node test/run.ts src/rdata          files whose path contains one of the words
 *
 * Files of `test/acceptance` share one one-box, started on their first need by `support/one-box.ts` and stopped here.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import type { EventData } from 'node:test';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { stopSharedOneBox } from './support/shared-one-box.ts';

const root = resolve(import.meta.dirname, '..');
const words = process.argv.slice(2);
const selected = (file: string): boolean => words.length === 0 || words.some((word) => file.includes(word));

/** Quick ones first, so that a broken foundation shows at once. */
const groups = [
  'test/house/**/*.test.ts',
  'src/**/*.test.ts',
  'test/integration/**/*.test.ts',
  'test/acceptance/**/*.test.ts',
];

interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
  failures: string[];
}

const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [] };

function count(kind: 'passed' | 'failed', event: EventData.TestPass | EventData.TestFail): void {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined && event.skip !== false) {
    tally.skipped.push(`${event.name} (${event.skip})`);
    return;
  }
  tally[kind] += 1;
  if (kind === 'failed') tally.failures.push(`${relative(root, event.file ?? '')}: ${event.name}`);
}

async function runGroup(pattern: string): Promise<void> {
  const files = globSync(pattern, { cwd: root }).filter(selected).sort();
  if (files.length === 0) return;
  const stream = run({
    files: files.map((file) => resolve(root, file)),
    concurrency: Math.max(2, availableParallelism()),
    timeout: 300_000,
    cwd: root,
  });
  stream.on('test:pass', (event) => count('passed', event));
  stream.on('test:fail', (event) => count('failed', event));
  for await (const text of stream.compose(spec)) process.stdout.write(text);
}

try {
  for (const pattern of groups) await runGroup(pattern);
} finally {
  await stopSharedOneBox();
}
if (tally.passed + tally.failed === 0) {
  process.stderr.write(`No test file matches ${words.join(' ')}.\n`);
  process.exitCode = 1;
}
for (const name of tally.skipped) process.stdout.write(`skipped: ${name}\n`);
for (const name of tally.failures) process.stdout.write(`FAILED: ${name}\n`);
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
if (tally.failed > 0) process.exitCode = 1;
process.exit();
