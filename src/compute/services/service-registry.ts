import type { ServiceDefinition, ServiceKey } from '../../contracts/service-definition.ts';
import type { Logger } from '../../lib/logger.ts';
import type { RunnableService, Runtimes } from '../../runtime/runtime.ts';
import type { RestoredSnapshots } from './restored-snapshots.ts';

/** A definition of some 10 KB each: web nodes send one again when this node has let it go. */
const maxServices = 10_000;

/** A service this node can run, and what is going on with it. */
export interface RegisteredService extends RunnableService {
  running: number;
  lastUse: number;
  removed: boolean;
}

/** The service versions this node was given, in memory: after a restart web nodes give them again on their first call. */
export class ServiceRegistry {
  readonly #runtimes: Runtimes;
  readonly #snapshots: RestoredSnapshots;
  readonly #logger: Logger;
  readonly #services = new Map<ServiceKey, RegisteredService>();
  readonly #adding = new Map<ServiceKey, Promise<void>>();

  constructor(runtimes: Runtimes, snapshots: RestoredSnapshots, logger: Logger) {
    this.#runtimes = runtimes;
    this.#snapshots = snapshots;
    this.#logger = logger;
  }

  /** Does everything a call must not do. A key stands for one definition for ever, so a known one is left alone. */
  async add(key: ServiceKey, definition: ServiceDefinition): Promise<void> {
    if (this.#services.has(key)) return;
    const adding = this.#adding.get(key) ?? this.#register(key, definition);
    this.#adding.set(key, adding);
    try {
      await adding;
    } finally {
      this.#adding.delete(key);
    }
  }

  /** The service for one call, which ends with `leave`; undefined when this node does not hold it. */
  enter(key: ServiceKey): RegisteredService | undefined {
    const service = this.#services.get(key);
    if (service === undefined) return undefined;
    service.running += 1;
    return service;
  }

  leave(service: RegisteredService): void {
    service.running -= 1;
    service.lastUse = Date.now();
    this.#freeWhenDone(service);
  }

  /** No new calls; running ones end as if nothing had happened. */
  remove(key: ServiceKey): void {
    const service = this.#services.get(key);
    if (service === undefined) return;
    this.#services.delete(key);
    service.removed = true;
    this.#runtimes.release(key);
    this.#freeWhenDone(service);
  }

  async #register(key: ServiceKey, definition: ServiceDefinition): Promise<void> {
    const { snapshot, runtime } = definition;
    const restored = snapshot === null ? null : await this.#snapshots.acquire(snapshot, runtime);
    this.#services.set(key, { key, definition, restored, running: 0, lastUse: Date.now(), removed: false });
    if (this.#services.size > maxServices) this.#removeLeastUsed();
  }

  #removeLeastUsed(): void {
    let oldest: RegisteredService | undefined;
    for (const service of this.#services.values())
      if (service.running === 0 && service.lastUse < (oldest?.lastUse ?? Number.POSITIVE_INFINITY))
        oldest = service;
    if (oldest !== undefined) this.remove(oldest.key);
  }

  /** Workers read the unpacked snapshot while they run a call, so it stays until the last one has ended. */
  #freeWhenDone({ removed, running, definition }: RegisteredService): void {
    const { snapshot, runtime, name, version } = definition;
    if (!removed || running > 0 || snapshot === null) return;
    this.#snapshots.release(snapshot, runtime).catch((error: unknown) => {
      this.#logger.warning(`The unpacked snapshot of service ${name}/${version} could not be removed`, error);
    });
  }
}
