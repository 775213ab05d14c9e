/** Lint (layers included), format and types are tests like any other: `make test` fails when they do. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const tool = (name: string): string => resolve(root, 'node_modules/.bin', name);

async function mustPass(name: string, args: string[]): Promise<void> {
  try {
    await run(tool(name), args, { cwd: root, maxBuffer: 1 << 26 });
  } catch (failure) {
    const { stdout, stderr } = failure as { stdout: string; stderr: string };
    throw new Error(`${name} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

test('Biome: lint, layers and format', () => mustPass('biome', ['check', '--max-diagnostics=50', '.']));
test('TypeScript: types of everything', () => mustPass('tsc', ['--noEmit']));
