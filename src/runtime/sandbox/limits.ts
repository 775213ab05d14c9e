import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ProcessLimits } from './sandbox.ts';

/** Names in /proc/self/limits of the resources we set. */
const kernelNames = {
  cpu: 'Max cpu time',
  data: 'Max data size',
  nproc: 'Max processes',
  nofile: 'Max open files',
  fsize: 'Max file size',
} as const;

type Resource = keyof typeof kernelNames;

/**
 * The kernel kills at twice CpuSeconds: a worker above CpuSeconds is replaced between calls, so that no call pays
 * for the CPU time of those before it and each may use CpuSeconds itself.
 */
const cpuReserve = 2;

/**
 * Arguments of prlimit. `data` rather than `as`: numpy, pandas and scikit-learn together reserve 360 MB of address
 * space they never touch. `nproc` counts all processes of a user id, so it is set only where a worker has its own.
 */
export function limitArguments(limits: ProcessLimits, ownUser: boolean): string[] {
  const wanted: [Resource, number][] = [
    ['cpu', limits.CpuSeconds * cpuReserve],
    ['data', limits.Memory],
    ['nofile', limits.OpenFiles],
    ['fsize', limits.FileSize],
  ];
  if (ownUser) wanted.push(['nproc', limits.Processes]);
  return ['--core=0', ...wanted.map(([resource, value]) => `--${resource}=${within(resource, value)}`)];
}

/**
 * Lowers the limits of a running process, under its own user id where it has one: even root may not from outside
 * when the node runs without CAP_SYS_RESOURCE, as in most containers.
 */
export async function lowerLimits(
  pid: number,
  limits: ProcessLimits,
  ownUser: boolean,
  uid: number | null,
): Promise<void> {
  await promisify(execFile)('prlimit', [`--pid=${pid}`, ...limitArguments(limits, ownUser)], {
    env: { PATH: '/usr/bin:/bin' },
    ...(uid === null ? {} : { uid, gid: uid }),
  });
}

/** The larger of both in every respect: what a blank worker starts with before its use is known. */
export const widest = (a: ProcessLimits, b: ProcessLimits): ProcessLimits => ({
  CpuSeconds: Math.max(a.CpuSeconds, b.CpuSeconds),
  Memory: Math.max(a.Memory, b.Memory),
  Processes: Math.max(a.Processes, b.Processes),
  OpenFiles: Math.max(a.OpenFiles, b.OpenFiles),
  FileSize: Math.max(a.FileSize, b.FileSize),
});

export const sameLimits = (a: ProcessLimits, b: ProcessLimits): boolean =>
  a.CpuSeconds === b.CpuSeconds &&
  a.Memory === b.Memory &&
  a.Processes === b.Processes &&
  a.OpenFiles === b.OpenFiles &&
  a.FileSize === b.FileSize;

/** Limits can be lowered, never raised: asking for more than this process may have would fail the start. */
function within(resource: Resource, value: number): number {
  inherited ??= readFileSync('/proc/self/limits', 'utf8');
  const hard = new RegExp(`^${kernelNames[resource]}\\s+\\S+\\s+(\\d+)`, 'm').exec(inherited)?.[1];
  return hard === undefined ? value : Math.min(value, Number(hard));
}

let inherited: string | undefined;
