import type { ComputeContext } from '../context.ts';
import type { Routes } from '../plugins/compute-app.ts';
import { reportHealth } from './report.ts';

/** What this node can do and has to do, for web nodes. */
export const healthRoutes =
  (context: ComputeContext): Routes =>
  async (app) => {
    app.get('/health', () => reportHealth(context));
  };
