import { totalmem } from 'node:os';
import type { PoolHealth } from '../contracts/compute-api.ts';
import type { RuntimeName } from '../contracts/data-types.ts';
import type { ServiceKey } from '../contracts/service-definition.ts';
import type { NamedInput } from '../contracts/values.ts';
import { PlinthError } from '../domain/errors.ts';
import { Interpreters } from './interpreters.ts';
import type { Launcher } from './launcher.ts';
import type { CallContext, InteractiveSession, Outcome, RunnableService, Runtimes } from './runtime.ts';
import { CallCounter } from './waiting-line.ts';
import { hardLimit, type RuntimeSettings, type Workshop } from './workshop.ts';

const maintenanceMs = 1000;
/** Below this share of free memory idle interpreters are given up, one a second. */
const scarceMemory = 0.1;

/** The runtimes of this node. */
export class NodeRuntimes implements Runtimes {
  readonly isolation: Runtimes['isolation'];
  /** Of cgroup v2 nothing is used yet: its controllers are not delegated to a node in most places. */
  readonly limits = 'rlimit';
  readonly #kinds: Map<RuntimeName, Interpreters>;
  readonly #counter: CallCounter;
  readonly #limit: number;
  readonly #release: () => Promise<void>;
  readonly #maintenance: NodeJS.Timeout;
  #stopping: Promise<void> | null = null;

  constructor(
    launchers: Launcher[],
    workshop: Workshop,
    settings: RuntimeSettings,
    release: () => Promise<void>,
  ) {
    this.isolation = workshop.sandbox.kind;
    this.#counter = new CallCounter(settings.Limits.QueueLength);
    this.#kinds = new Map(
      launchers.map((launcher) => [
        launcher.name,
        new Interpreters(launcher, workshop, settings, this.#counter),
      ]),
    );
    this.#limit = launchers.length * hardLimit(settings.Pool);
    this.#release = release;
    this.#maintenance = setInterval(() => this.#maintain(), maintenanceMs).unref();
  }

  async start(): Promise<void> {
    await Promise.all([...this.#kinds.values()].map((kind) => kind.start()));
  }

  installed(): RuntimeName[] {
    return [...this.#kinds.keys()];
  }

  health(): Partial<Record<RuntimeName, PoolHealth>> {
    return Object.fromEntries([...this.#kinds].map(([name, kind]) => [name, kind.health()]));
  }

  load(): { active: number; limit: number } {
    const sessions = [...this.#kinds.values()].reduce((sum, kind) => sum + kind.openSessions, 0);
    return { active: this.#counter.active + sessions, limit: this.#limit };
  }

  async call(service: RunnableService, inputs: NamedInput[], context: CallContext): Promise<Outcome> {
    return this.#kind(service.definition.runtime, context).call(service, inputs, context);
  }

  release(key: ServiceKey): void {
    for (const kind of this.#kinds.values()) kind.release(key);
  }

  async openSession(
    { id, runtime, owner }: { id: string; runtime: RuntimeName; owner: string },
    context: CallContext,
  ): Promise<InteractiveSession> {
    return this.#kind(runtime, context).openSession(id, owner, context);
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#stop(graceMs);
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<void> {
    clearInterval(this.#maintenance);
    const kinds = [...this.#kinds.values()];
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceMs);
    await Promise.race([
      late,
      Promise.all([this.#counter.drained(), ...kinds.map((kind) => kind.sessionsIdle())]),
    ]);
    clearTimeout(timer);
    await Promise.all(kinds.map((kind) => kind.stop()));
    await this.#release();
  }

  #kind(name: RuntimeName, { signal }: CallContext): Interpreters {
    signal.throwIfAborted();
    if (this.#stopping !== null) throw new PlinthError('ServiceBusy', 'This compute node is stopping.');
    const kind = this.#kinds.get(name);
    if (kind === undefined)
      throw new PlinthError('ServiceBusy', `${name} is not installed, or not enabled, on this compute node.`);
    return kind;
  }

  #maintain(): void {
    const now = performance.now();
    const scarce = process.availableMemory() < totalmem() * scarceMemory;
    for (const kind of this.#kinds.values()) {
      kind.maintain(now);
      if (scarce) kind.makeRoom();
    }
  }
}
