import type { NamedInput } from '../contracts/values.ts';
import type { JobEnd } from './job.ts';
import { LoadFailed, type LoadingGround, loadService } from './load-service.ts';
import { interpreterLost, type Preparation, toOutcome } from './outcome.ts';
import { isRunnable } from './process-table.ts';
import type { CallContext, Outcome, RunnableService } from './runtime.ts';
import type { ServiceWorker, WearLimits } from './service-worker.ts';
import { Call, type CallCounter, WaitingLine } from './waiting-line.ts';

export interface ServicePolicy {
  /** Workers a service gets as soon as it has calls for them. */
  workersPerService: number;
  idleTimeout: number;
  interruptGrace: number;
  wear: WearLimits;
}

/** A call that waited this long gets one worker more, where that can help. */
const patienceMs = 100;
/** Calls this short are sent ahead of the reply before: the way through the pipe is most of what they take. */
const shortCallMs = 5;
/** Who ran this long will not be free soon. */
const longCallMs = 1000;
/** After a worker could not be made, while others serve. */
const pauseAfterFailureMs = 1000;

/** The workers of one service version and the calls that wait for them. */
export class ServiceWorkers {
  readonly #service: RunnableService;
  readonly #ground: LoadingGround;
  readonly #policy: ServicePolicy;
  readonly #counter: CallCounter;
  readonly #line: WaitingLine;
  #workers: ServiceWorker[] = [];
  #starting = 0;
  #growAgainAt = 0;
  #released = false;
  /** Running mean of the code's own time; unknown at first, so the first calls are not sent ahead. */
  #meanMs = Number.POSITIVE_INFINITY;
  #patience: NodeJS.Timeout | null = null;

  constructor(service: RunnableService, ground: LoadingGround, policy: ServicePolicy, counter: CallCounter) {
    this.#service = service;
    this.#ground = ground;
    this.#policy = policy;
    this.#counter = counter;
    this.#line = new WaitingLine(counter);
  }

  /** Workers without a call, longest idle first. */
  get idle(): ServiceWorker[] {
    return this.#workers
      .filter((worker) => worker.busy === 0 && worker.process.alive)
      .sort((a, b) => a.lastUse - b.lastUse);
  }

  get busy(): number {
    return this.#workers.filter((worker) => worker.busy > 0).length;
  }

  /** Nothing is left of it. */
  get empty(): boolean {
    return this.#workers.length === 0 && this.#starting === 0 && this.#line.length === 0;
  }

  submit(inputs: NamedInput[], context: CallContext): Promise<Outcome> {
    this.#counter.admit();
    const call = new Call(inputs, context, this.#counter, (abandoned) => this.#abandon(abandoned));
    this.#line.add(call);
    this.#pump();
    return call.answer;
  }

  /** Lets waiting and running calls end, then all workers go. */
  release(): void {
    this.#released = true;
    this.#pump();
  }

  /** Takes a worker out of service; its running calls end first. */
  end(worker: ServiceWorker): void {
    this.#workers = this.#workers.filter((other) => other !== worker);
    if (worker.busy === 0) worker.process.kill();
  }

  /** Once a second: whatever no call should have to do. */
  maintain(now: number): void {
    for (const worker of [...this.#workers]) {
      worker.collectWhenIdle(now);
      if (worker.busy === 0 && now - worker.lastUse > this.#policy.idleTimeout) this.end(worker);
      else if (worker.successor === null && worker.worn(this.#policy.wear)) void this.#succeed(worker);
    }
  }

  /** Gives waiting calls to workers, and asks for more workers where these are not enough. */
  #pump(): void {
    for (let call = this.#line.first; call !== undefined; call = this.#line.first) {
      const worker = this.#leastBusy();
      if (worker === null) break;
      this.#line.shift();
      this.#give(call, worker);
    }
    this.#grow();
    if (this.#released && this.#line.length === 0) for (const worker of this.#workers) this.end(worker);
  }

  #leastBusy(): ServiceWorker | null {
    const short = this.#meanMs < shortCallMs;
    let best: ServiceWorker | null = null;
    for (const worker of this.#workers) {
      const depth = short ? worker.process.launcher.depth : 1;
      if (worker.process.alive && worker.busy < depth && worker.busy < (best?.busy ?? depth)) best = worker;
    }
    return best;
  }

  #give(call: Call, worker: ServiceWorker): void {
    const waited = (performance.now() - call.arrived) * 1000;
    const initializeShell = Math.round(worker.calls === 0 ? Math.min(waited, worker.loadTime) : 0);
    const preparation = { createShell: Math.round(waited) - initializeShell, initializeShell };
    try {
      call.job = worker.process.send({ kind: 'call', inputs: call.inputs }, (end) => {
        call.job = null;
        worker.end();
        this.#answer(call, end, preparation);
        const leaves = !worker.process.alive || !this.#workers.includes(worker);
        if (leaves) this.end(worker);
        this.#pump();
      });
      worker.begin();
    } catch (error) {
      call.reject(error);
    }
  }

  #answer(call: Call, end: JobEnd, preparation: Preparation): void {
    if (end.kind === 'reply') {
      const elapsedMs = end.reply.elapsed / 1000;
      this.#meanMs = Number.isFinite(this.#meanMs) ? this.#meanMs * 0.9 + elapsedMs * 0.1 : elapsedMs;
    }
    if (call.answered) return;
    if (end.kind === 'lost' && !end.began) {
      this.#line.add(call);
      return;
    }
    const { name, version } = this.#service.definition;
    try {
      const lost = (how: string) =>
        interpreterLost(this.#ground.logger, `${name}/${version}`, how, call.context);
      call.resolve(toOutcome(end, preparation, lost));
    } catch (error) {
      call.reject(error);
    }
  }

  #abandon(call: Call): void {
    if (call.job === null) this.#line.remove(call);
    else call.job.stop(this.#policy.interruptGrace);
  }

  /** One worker per call that has none, up to the policy's number; beyond it, see `#losePatience`. */
  #grow(): void {
    const sentAhead = this.#workers.reduce((sum, worker) => sum + Math.max(0, worker.busy - 1), 0);
    const unserved = this.#line.length + sentAhead;
    const others = this.#workers.length + this.#starting > 0;
    const paused = others && performance.now() < this.#growAgainAt;
    const most = paused ? 0 : Math.max(1, this.#policy.workersPerService);
    while (this.#starting < unserved && this.#workers.length + this.#starting < most) void this.#add();
    if (this.#line.length > 0) this.#patience ??= setTimeout(() => this.#losePatience(), patienceMs).unref();
  }

  /** Beyond the policy's number workers come one at a time, and only for calls that waited. */
  #losePatience(): void {
    this.#patience = null;
    const waited = performance.now() - (this.#line.first?.arrived ?? Number.POSITIVE_INFINITY);
    const paused = performance.now() < this.#growAgainAt;
    if (waited >= patienceMs && this.#starting === 0 && !paused && this.#moreWouldHelp()) void this.#add();
    this.#grow();
  }

  /**
   * Where every worker computes, one more only takes CPU from the others: 128 callers of a 3 ms call on 2 cores
   * would otherwise get 60 workers. It helps where workers sleep or wait, and where all are held by long calls.
   */
  #moreWouldHelp(): boolean {
    return this.#workers.every(({ process }) => {
      const { interpreter } = process.process;
      const running = process.runningFor;
      return (
        running > longCallMs || (running > shortCallMs && interpreter !== null && !isRunnable(interpreter))
      );
    });
  }

  async #add(): Promise<ServiceWorker | null> {
    this.#starting += 1;
    try {
      const worker = await loadService(this.#service, this.#ground);
      this.#workers.push(worker);
      void worker.process.gone.then(() => {
        this.end(worker);
        this.#pump();
      });
      return worker;
    } catch (error) {
      this.#failToAdd(error);
      return null;
    } finally {
      this.#starting -= 1;
      this.#pump();
    }
  }

  /** While other workers serve, it is a matter for the log; otherwise it is the answer to all that wait. */
  #failToAdd(error: unknown): void {
    this.#growAgainAt = performance.now() + pauseAfterFailureMs;
    const { name, version } = this.#service.definition;
    if (this.#workers.length > 0 || this.#starting > 1) {
      this.#ground.logger.warning(`${name}/${version} could not get a further interpreter`, error);
      return;
    }
    for (const call of this.#line.takeAll())
      if (error instanceof LoadFailed) call.resolve(error.outcome);
      else call.reject(error);
  }

  /** Warms the successor of a worn worker first. */
  async #succeed(worker: ServiceWorker): Promise<void> {
    worker.successor = this.#add();
    if ((await worker.successor) === null) worker.successor = null;
    else this.end(worker);
  }
}
