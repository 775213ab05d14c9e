import { clusterKeyHeader } from '../../contracts/compute-api.ts';
import type { ComputeApp } from './compute-app.ts';

/** Only probes are open; everything else, unknown paths too, is for web nodes that know the cluster key. */
export function admission(app: ComputeApp, admit: Admit): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.open !== true) admit(request.headers[clusterKeyHeader]);
    done();
  });
}

/** Throws when a caller with this key gets no answer. */
export type Admit = (key: string | string[] | undefined) => void;
