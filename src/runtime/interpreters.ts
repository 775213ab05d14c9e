import { availableParallelism } from 'node:os';
import type { PoolHealth } from '../contracts/compute-api.ts';
import type { ComputeNodeConfig } from '../contracts/config.ts';
import type { ServiceKey } from '../contracts/service-definition.ts';
import type { NamedInput } from '../contracts/values.ts';
import type { Launcher } from './launcher.ts';
import { BlankPool } from './pool.ts';
import type { CallContext, InteractiveSession, Outcome, RunnableService } from './runtime.ts';
import { type ServicePolicy, ServiceWorkers } from './service-workers.ts';
import { Session } from './session.ts';
import { startWorker } from './start-worker.ts';
import type { CallCounter } from './waiting-line.ts';
import { hardLimit, type Limits, limitTo, type Workshop, workersPerService } from './workshop.ts';

type PoolSettings = ComputeNodeConfig['Pool'];

/** An idle service worker above MaxSize stays this long: calls that follow each other closely should find it. */
const keepIdleMs = 1000;

/** All interpreters of one runtime: the blank ones, those that serve, those that belong to sessions. */
export class Interpreters {
  readonly #launcher: Launcher;
  readonly #workshop: Workshop;
  readonly #limits: Limits;
  readonly #maxSize: number;
  readonly #policy: ServicePolicy;
  readonly #counter: CallCounter;
  readonly #pool: BlankPool;
  readonly #services = new Map<ServiceKey, ServiceWorkers>();
  /** Released services whose last calls still run. */
  readonly #leaving = new Set<ServiceWorkers>();
  readonly #sessions = new Set<Session>();

  constructor(
    launcher: Launcher,
    workshop: Workshop,
    settings: { Pool: PoolSettings; Limits: Limits },
    counter: CallCounter,
  ) {
    const { Pool, Limits: limits } = settings;
    this.#launcher = launcher;
    this.#workshop = workshop;
    this.#limits = limits;
    this.#maxSize = Pool.MaxSize;
    this.#counter = counter;
    this.#policy = {
      workersPerService: workersPerService(Pool),
      idleTimeout: Pool.ServiceIdleTimeout,
      interruptGrace: limits.InterruptGrace,
      wear: { calls: Pool.MaxCallsPerWorker, cpuSeconds: limits.Call.CpuSeconds },
    };
    this.#pool = new BlankPool({
      name: launcher.name,
      initialSize: Math.min(Pool.InitialSize, Pool.MaxSize),
      hardLimit: hardLimit(Pool),
      parallelStarts: availableParallelism(),
      start: () => startWorker(launcher, workshop),
      makeRoom: () => this.makeRoom(),
      logger: workshop.logger,
    });
  }

  get name() {
    return this.#launcher.name;
  }

  get openSessions(): number {
    return [...this.#sessions].filter((session) => !session.gone).length;
  }

  start(): Promise<void> {
    return this.#pool.fill();
  }

  health(): PoolHealth {
    const serving = [...this.#everyService()].reduce((sum, service) => sum + service.busy, 0);
    return {
      version: this.#launcher.version,
      maxPoolSize: this.#maxSize,
      activeShellCount: this.openSessions + serving,
      currentPoolSize: this.#pool.size,
      canOpenShell: this.#pool.open || (!this.#pool.stopped && this.#longestIdle().length > 0),
    };
  }

  call(service: RunnableService, inputs: NamedInput[], context: CallContext): Promise<Outcome> {
    let workers = this.#services.get(service.key);
    if (workers === undefined) {
      const ground = {
        pool: this.#pool,
        sandbox: this.#workshop.sandbox,
        logger: this.#workshop.logger,
        limit: (worker: Parameters<typeof limitTo>[1]) => limitTo(this.#limits.Call, worker, this.#workshop),
      };
      workers = new ServiceWorkers(service, ground, this.#policy, this.#counter);
      this.#services.set(service.key, workers);
    }
    return workers.submit(inputs, context);
  }

  release(key: ServiceKey): void {
    const workers = this.#services.get(key);
    if (workers === undefined) return;
    this.#services.delete(key);
    this.#leaving.add(workers);
    workers.release();
  }

  async openSession(id: string, owner: string, context: CallContext): Promise<InteractiveSession> {
    const start = performance.now();
    const worker = await this.#pool.lease();
    if (context.signal.aborted) {
      this.#pool.giveBack(worker);
      throw context.signal.reason;
    }
    try {
      await limitTo(this.#limits.Session, worker, this.#workshop);
    } catch (error) {
      worker.kill();
      throw error;
    }
    const session: Session = new Session({
      id,
      owner,
      worker,
      sandbox: this.#workshop.sandbox,
      interruptGrace: this.#limits.InterruptGrace,
      createShell: Math.round((performance.now() - start) * 1000),
      logger: this.#workshop.logger,
      onClosed: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    return session;
  }

  /** Once a second. */
  maintain(now: number): void {
    for (const service of this.#everyService()) service.maintain(now);
    for (const [key, service] of this.#services) if (service.empty) this.#services.delete(key);
    for (const service of this.#leaving) if (service.empty) this.#leaving.delete(service);
    const idle = this.#longestIdle();
    const excess = this.#pool.blank + idle.length - this.#maxSize;
    for (const { service, worker } of idle.slice(0, Math.max(0, excess)))
      if (now - worker.lastUse > keepIdleMs) service.end(worker);
  }

  /** Ends the service worker that was idle longest; false when none is idle. */
  makeRoom(): boolean {
    const [longest] = this.#longestIdle();
    longest?.service.end(longest.worker);
    return longest !== undefined;
  }

  /** Resolves when no session runs anything. */
  async sessionsIdle(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.idle()));
  }

  /** Ends everything; resolves when all of it is gone. */
  async stop(): Promise<void> {
    await Promise.all([
      ...[...this.#sessions].map((session) => session.close({ force: true })),
      this.#pool.stop(),
    ]);
  }

  #everyService(): ServiceWorkers[] {
    return [...this.#services.values(), ...this.#leaving];
  }

  #longestIdle() {
    return this.#everyService()
      .flatMap((service) => service.idle.map((worker) => ({ service, worker })))
      .sort((a, b) => a.worker.lastUse - b.worker.lastUse);
  }
}
