import type { NamedInput } from '../contracts/values.ts';
import { PlinthError } from '../domain/errors.ts';
import type { Job } from './job.ts';
import type { CallContext, Outcome } from './runtime.ts';

/** Counts over all services of this node. */
export class CallCounter {
  readonly #queueLength: number;
  /** Accepted and not yet answered. */
  active = 0;
  /** Of these, not yet given to a worker. */
  waiting = 0;
  #drained: (() => void)[] = [];

  constructor(queueLength: number) {
    this.#queueLength = queueLength;
  }

  /** Throws ServiceBusy when `Limits.QueueLength` calls wait already. */
  admit(): void {
    if (this.waiting >= this.#queueLength)
      throw new PlinthError(
        'ServiceBusy',
        `${this.waiting} calls are waiting on this compute node already. Try again later.`,
      );
  }

  begin(): void {
    this.active += 1;
  }

  end(): void {
    this.active -= 1;
    if (this.active === 0) for (const tell of this.#drained.splice(0)) tell();
  }

  /** Resolves when every accepted call has its answer. */
  drained(): Promise<void> {
    if (this.active === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }
}

let lastSequence = 0;

/** One call of a service from its arrival to its answer. */
export class Call {
  readonly inputs: NamedInput[];
  readonly context: CallContext;
  readonly arrived = performance.now();
  /** Order of arrival on this node. */
  readonly sequence: number;
  readonly answer: Promise<Outcome>;
  /** Set while a worker has it. */
  job: Job | null = null;
  readonly #counter: CallCounter;
  readonly #settle: PromiseWithResolvers<Outcome>;
  readonly #abort: () => void;
  #answered = false;

  /** `abandoned` is called when the caller's signal fires; the caller has its answer then. */
  constructor(
    inputs: NamedInput[],
    context: CallContext,
    counter: CallCounter,
    abandoned: (call: Call) => void,
  ) {
    counter.begin();
    this.#counter = counter;
    lastSequence += 1;
    this.sequence = lastSequence;
    this.inputs = inputs;
    this.context = context;
    this.#settle = Promise.withResolvers<Outcome>();
    this.answer = this.#settle.promise;
    this.#abort = () => {
      this.reject(context.signal.reason);
      abandoned(this);
    };
    context.signal.addEventListener('abort', this.#abort, { once: true });
  }

  get answered(): boolean {
    return this.#answered;
  }

  resolve(outcome: Outcome): void {
    this.#end();
    this.#settle.resolve(outcome);
  }

  reject(reason: unknown): void {
    this.#end();
    this.#settle.reject(reason);
  }

  #end(): void {
    this.#answered = true;
    this.#counter.end();
    this.context.signal.removeEventListener('abort', this.#abort);
  }
}

/** Calls of one service that no worker has yet, first come first served. */
export class WaitingLine {
  readonly #counter: CallCounter;
  readonly #calls: Call[] = [];

  constructor(counter: CallCounter) {
    this.#counter = counter;
  }

  get length(): number {
    return this.#calls.length;
  }

  get first(): Call | undefined {
    return this.#calls[0];
  }

  /** A call that comes back from a worker takes its old place. */
  add(call: Call): void {
    let place = this.#calls.length;
    while (place > 0 && (this.#calls[place - 1] as Call).sequence > call.sequence) place -= 1;
    this.#calls.splice(place, 0, call);
    this.#counter.waiting += 1;
  }

  shift(): Call | undefined {
    const call = this.#calls.shift();
    if (call !== undefined) this.#counter.waiting -= 1;
    return call;
  }

  remove(call: Call): void {
    const place = this.#calls.indexOf(call);
    if (place < 0) return;
    this.#calls.splice(place, 1);
    this.#counter.waiting -= 1;
  }

  takeAll(): Call[] {
    this.#counter.waiting -= this.#calls.length;
    return this.#calls.splice(0);
  }
}
