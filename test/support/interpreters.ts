import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs code in an R of this machine, `file` being the path of a scratch file; returns its bytes afterwards. */
export const madeByR = (code: string): Promise<Buffer<ArrayBuffer>> =>
  withScratch(async (file) => {
    await execute('Rscript', ['-e', `file <- "${file}"; ${code}`]);
    return Buffer.from(await readFile(file));
  });

/** The same with the Python of this machine. */
export const madeByPython = (code: string): Promise<Buffer<ArrayBuffer>> =>
  withScratch(async (file) => {
    await execute('/usr/bin/python3', ['-c', `file = "${file}"\n${code}`]);
    return Buffer.from(await readFile(file));
  });

/** What R prints about the bytes, `file` being their path. */
export const readByR = (bytes: Uint8Array, code: string): Promise<string> =>
  withScratch(async (file) => {
    await writeFile(file, bytes);
    return (await execute('Rscript', ['-e', `file <- "${file}"; ${code}`])).stdout;
  });

/** The same with Python. */
export const readByPython = (bytes: Uint8Array, code: string): Promise<string> =>
  withScratch(async (file) => {
    await writeFile(file, bytes);
    return (await execute('/usr/bin/python3', ['-c', `file = "${file}"\n${code}`])).stdout;
  });

async function withScratch<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-scratch-'));
  try {
    return await work(join(folder, 'file'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
