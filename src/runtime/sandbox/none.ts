import type { WorkerFolder } from '../worker-folder.ts';
import { limitArguments } from './limits.ts';
import type { Sandbox } from './sandbox.ts';

/** Of sandboxes that leave the file system as it is. */
export const samePaths = {
  paths: (folder: WorkerFolder) => ({
    requests: folder.requests,
    replies: folder.replies,
    console: folder.console,
    directory: folder.work,
    temporary: folder.temporary,
  }),
  inside: (_folder: WorkerFolder, path: string) => path,
};

/** User code under the account of the node, bounded by kernel limits only. */
export const none = (options: { prlimit: string }): Sandbox => ({
  ...samePaths,
  kind: 'none',
  uid: () => null,
  contain: (command, { folder, limits }) => ({
    executable: options.prlimit,
    args: [...limitArguments(limits, false), '--', command.executable, ...command.args],
    environment: command.environment,
    directory: folder.work,
  }),
});
