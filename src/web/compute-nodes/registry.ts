import type { ComputeHealth } from '../../contracts/compute-api.ts';
import type { ComputeNodesRepository } from '../../database/database.ts';
import { expandComputeUris } from '../../domain/compute-uris.ts';
import { PlinthError } from '../../domain/errors.ts';
import type { ComputeNodes } from './compute-nodes.ts';
import { type NodeOptions, RemoteNode } from './node.ts';

export interface RegistryOptions extends NodeOptions {
  entries: ComputeNodesRepository;
  /** Milliseconds between two looks at a node that answers. */
  probeInterval: number;
}

/** A silent node is looked for again after this, doubling up to the probe interval: it is back at once after a restart. */
const firstRetry = 250;
/** Changes of the list made on other web nodes are seen within this. */
const listInterval = 5000;
/** A node that is only slow is dropped after this many probes without answer, one that refuses connections at once. */
const patience = 2;

interface Member {
  node: RemoteNode;
  declared: 'uri' | 'range';
  health: ComputeHealth | null;
  /** What others (web nodes, sessions) had running there when it was last asked. */
  foreignLoad: number;
  missed: number;
  timer: NodeJS.Timeout | undefined;
}

/** The compute nodes the database lists, and how each of them is. */
export class ComputeNodeRegistry implements ComputeNodes {
  readonly #options: RegistryOptions;
  readonly #members = new Map<string, Member>();
  /** Nodes no longer listed, still reachable for the sessions they hold. */
  readonly #former = new Map<string, RemoteNode>();
  #listTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #turn = 0;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#readList();
    await Promise.all([...this.#members.values()].map((member) => this.#probe(member)));
    this.#watchList();
  }

  choose(): RemoteNode {
    const [best] = this.candidates();
    if (best === undefined)
      throw new PlinthError('BackEndBusy', 'No compute node answers now; try again, or look at GET /status.');
    return best;
  }

  candidates(): RemoteNode[] {
    const ready = [...this.#members.values()].filter(({ health }) => health?.ready === true);
    if (ready.length < 2) return ready.map(({ node }) => node);
    // Equal loads take turns, else the first node of the list would get every call of a quiet system.
    const first = this.#turn++ % ready.length;
    return [...ready.slice(first), ...ready.slice(0, first)]
      .map((member) => ({ node: member.node, load: loadOf(member) }))
      .sort((a, b) => a.load - b.load)
      .map(({ node }) => node);
  }

  find(uri: string): RemoteNode | undefined {
    return this.#members.get(uri)?.node ?? this.#former.get(uri);
  }

  list(): { node: RemoteNode; health: ComputeHealth | null; declared: 'uri' | 'range' }[] {
    return [...this.#members.values()].map(({ node, health, declared }) => ({ node, health, declared }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#listTimer);
    for (const { timer } of this.#members.values()) clearTimeout(timer);
    const nodes = [...[...this.#members.values()].map(({ node }) => node), ...this.#former.values()];
    await Promise.all(nodes.map((node) => node.close()));
  }

  #watchList(): void {
    if (this.#closed) return;
    this.#listTimer = setTimeout(() => {
      this.#readList()
        .catch((error: unknown) =>
          this.#options.logger.warning('The list of compute nodes cannot be read', error),
        )
        .finally(() => this.#watchList());
    }, listInterval).unref();
  }

  async #readList(): Promise<void> {
    const listed = new Map(
      expandComputeUris(await this.#options.entries.list()).map(({ uri, declared }) => [uri, declared]),
    );
    if (this.#closed) return;
    for (const [uri, member] of this.#members) {
      if (listed.has(uri)) continue;
      clearTimeout(member.timer);
      this.#members.delete(uri);
      this.#former.set(uri, member.node);
    }
    for (const [uri, declared] of listed) {
      const known = this.#members.get(uri);
      if (known !== undefined) known.declared = declared;
      else this.#admit(uri, declared);
    }
  }

  #admit(uri: string, declared: 'uri' | 'range'): void {
    const node = this.#former.get(uri) ?? new RemoteNode(uri, this.#options);
    this.#former.delete(uri);
    const member: Member = { node, declared, health: null, foreignLoad: 0, missed: 0, timer: undefined };
    this.#members.set(uri, member);
    // During `start` the first round is awaited; nodes added later are probed as soon as they are listed.
    if (this.#listTimer !== undefined) void this.#probe(member);
  }

  /** Asks one node how it is and plans the next question. Never rejects. */
  async #probe(member: Member): Promise<void> {
    const { probeInterval, connectTimeout, logger } = this.#options;
    const { node } = member;
    try {
      const before = node.inFlight;
      const health = await node.health(connectTimeout + answerPatience);
      if (member.health === null) logger.information(`Compute node ${node.uri} answers.`);
      member.health = health;
      member.foreignLoad = Math.max(0, health.load.active - before);
      member.missed = 0;
    } catch (error) {
      member.missed++;
      if (member.health !== null && (isRefused(error) || member.missed >= patience)) {
        member.health = null;
        logger.warning(`Compute node ${node.uri} does not answer`, error);
      }
    }
    if (this.#closed || this.#members.get(node.uri) !== member) return;
    // A node that is still starting is asked again as soon as one that was silent once.
    const retries = member.missed === 0 && member.health?.ready === false ? 1 : member.missed;
    const wait = retries === 0 ? probeInterval : Math.min(probeInterval, firstRetry * 2 ** (retries - 1));
    member.timer = setTimeout(() => void this.#probe(member), wait).unref();
  }
}

/** A busy node may take this long to say how it is, in milliseconds. */
const answerPatience = 5000;

const loadOf = ({ node, foreignLoad, health }: Member): number =>
  (node.inFlight + foreignLoad) / Math.max(1, health?.load.limit ?? 1);

/** Nothing listens there: no need to ask twice. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof PlinthError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === 'ECONNREFUSED';
}
