import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { WorkerCommand } from '../launcher.ts';
import type { WorkerFolder } from '../worker-folder.ts';
import { limitArguments } from './limits.ts';
import type { ContainedCommand, Containment, Sandbox } from './sandbox.ts';

export interface BubblewrapOptions {
  bwrap: string;
  setpriv: string;
  prlimit: string;
  /** First of the user ids of workers, or null when the node is not root and everything runs as the node's user. */
  firstUid: number | null;
  network: boolean;
  /** Files shown as /etc/passwd and /etc/group: the host's would list its accounts. */
  accounts: { passwd: string; group: string };
  /** bwrap 0.8 and later can forbid further user namespaces inside one of its own. */
  disableUserNamespaces: boolean;
}

/** Where a worker sees its folder. Short and the same for all: the layout of the host stays unknown to user code. */
const home = '/worker';

/** What interpreters need of /etc. Debian's R lives half in /etc/R, its BLAS is chosen in /etc/alternatives. */
const configuration = [
  'alternatives',
  'ca-certificates',
  'fonts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.alias',
  'localtime',
  'magic',
  'matplotlibrc',
  'mime.types',
  'nsswitch.conf',
  'papersize',
  'pki',
  'python3',
  'python3.11',
  'R',
  'ssl',
  'timezone',
].map((name) => `/etc/${name}`);

const networkConfiguration = ['/etc/hosts', '/etc/resolv.conf', '/etc/services', '/etc/protocols'];

/**
 * Namespaces of its own for everything: file system, processes, IPC and (unless allowed) network. As root, bwrap
 * mounts before the user id is given up, so the folders above WorkDir may stay closed to everybody, and no user
 * namespace is needed; otherwise the user namespace is what makes it possible.
 */
export function bubblewrap(options: BubblewrapOptions): Sandbox {
  const view = systemView(options);
  const asWorker = (uid: number | null): string[] =>
    uid === null
      ? []
      : [options.setpriv, `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs', '--'];
  return {
    kind: 'bubblewrap',
    uid: (slot) => (options.firstUid === null ? null : options.firstUid + slot),
    paths: () => ({
      requests: `${home}/io/requests`,
      replies: `${home}/io/replies`,
      console: `${home}/io/console`,
      directory: `${home}/work`,
      temporary: '/tmp',
    }),
    inside: (folder, path) => `${home}${path.slice(folder.path.length)}`,
    contain: (command: WorkerCommand, { folder, uid, limits }: Containment): ContainedCommand => ({
      executable: options.bwrap,
      args: [
        ...view,
        ...command.readable.flatMap((path, index) => readOnly(path, shownAs(path, index))),
        ...ownFolder(folder),
        '--remount-ro',
        '/dev',
        '--remount-ro',
        '/',
        '--chdir',
        `${home}/work`,
        '--',
        ...asWorker(uid),
        options.prlimit,
        ...limitArguments(limits, true),
        '--',
        command.executable,
        ...command.args.map((word) => asShown(word, command.readable)),
      ],
      environment: command.environment,
      directory: folder.path,
    }),
  };
}

/** What every worker sees alike. */
function systemView(options: BubblewrapOptions): string[] {
  const privileges =
    options.firstUid === null
      ? ['--unshare-user', ...(options.disableUserNamespaces ? ['--disable-userns'] : [])]
      : ['--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'];
  const etc = options.network ? [...configuration, ...networkConfiguration] : configuration;
  return [
    '--unshare-ipc',
    '--unshare-pid',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...(options.network ? [] : ['--unshare-net']),
    ...privileges,
    '--die-with-parent',
    '--new-session',
    ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap(systemFolder),
    ...openFolder('/etc'),
    ...etc.flatMap((path) => ['--ro-bind-try', path, path]),
    '--ro-bind',
    options.accounts.passwd,
    '/etc/passwd',
    '--ro-bind',
    options.accounts.group,
    '/etc/group',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
  ];
}

/** bwrap would make missing folders on the way to a mount readable for root only. */
const openFolder = (path: string): string[] => ['--perms', '0755', '--dir', path];

const readOnly = (path: string, target: string): string[] => {
  const steps = dirname(target).split('/').slice(1).filter(Boolean);
  const folders = steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`);
  return [...folders.flatMap(openFolder), '--ro-bind', path, target];
};

/** A program installed below /tmp would be hidden by the worker's own /tmp: it is shown beside the worker's folder. */
const shownAs = (path: string, index: number): string =>
  path.startsWith('/tmp/') ? `${home}/program/${index}` : path;

/** A word of the command line, with the path of a program as the worker sees it. */
function asShown(word: string, readable: readonly string[]): string {
  const index = readable.findIndex((path) => word === path || word.startsWith(`${path}/`));
  const path = readable[index];
  return path === undefined ? word : shownAs(path, index) + word.slice(path.length);
}

/** On merged-usr systems /bin and /lib are links into /usr and must stay links. */
function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/**
 * The worker's own folder. Its temporary folder is also /tmp and /dev/shm: whatever a call leaves in any of them is
 * in the one place that is emptied after it.
 */
const ownFolder = (folder: WorkerFolder): string[] => [
  ...openFolder(home),
  '--ro-bind',
  folder.io,
  `${home}/io`,
  '--bind',
  folder.work,
  `${home}/work`,
  '--bind',
  folder.scratch,
  `${home}/scratch`,
  '--bind',
  folder.temporary,
  '/tmp',
  '--bind',
  folder.temporary,
  '/dev/shm',
];
