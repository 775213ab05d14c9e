import { limitArguments } from './limits.ts';
import { samePaths } from './none.ts';
import type { Sandbox } from './sandbox.ts';

export interface SetprivOptions {
  setpriv: string;
  prlimit: string;
  firstUid: number;
}

/**
 * For a root node where bubblewrap cannot work (a container without namespaces): a user id per worker and kernel
 * limits. Files and processes of the node and of other workers are closed to it; the network is not.
 */
export const setpriv = (options: SetprivOptions): Sandbox => ({
  ...samePaths,
  kind: 'setpriv',
  uid: (slot) => options.firstUid + slot,
  contain: (command, { folder, uid, limits }) => ({
    executable: options.setpriv,
    args: [
      `--reuid=${uid}`,
      `--regid=${uid}`,
      '--clear-groups',
      '--no-new-privs',
      '--inh-caps=-all',
      '--bounding-set=-all',
      '--pdeathsig=KILL',
      '--',
      options.prlimit,
      ...limitArguments(limits, true),
      '--',
      command.executable,
      ...command.args,
    ],
    environment: command.environment,
    directory: folder.work,
  }),
});
