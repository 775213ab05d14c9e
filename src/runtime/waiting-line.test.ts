import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context } from './fixtures/test-runtimes.ts';
import { Call, CallCounter, WaitingLine } from './waiting-line.ts';

const nobody = () => {};

test('a call that comes back takes its old place', () => {
  const counter = new CallCounter(10);
  const line = new WaitingLine(counter);
  const [a, b, c] = [1, 2, 3].map(() => new Call([], context(), counter, nobody)) as [Call, Call, Call];
  for (const call of [a, b, c]) line.add(call);
  assert.equal(line.shift(), a);
  assert.equal(line.shift(), b);
  line.add(b);
  line.add(a);
  assert.deepEqual(line.takeAll(), [a, b, c]);
  assert.equal(counter.waiting, 0);
});

test('the node counts what waits and refuses above its limit', () => {
  const counter = new CallCounter(1);
  const line = new WaitingLine(counter);
  const call = new Call([], context(), counter, nobody);
  counter.admit();
  line.add(call);
  assert.throws(() => counter.admit(), { code: 'ServiceBusy' });
  line.remove(call);
  counter.admit();
});

test('an abandoned call rejects once and is counted out', async () => {
  const counter = new CallCounter(1);
  const abort = new AbortController();
  const abandoned: Call[] = [];
  const call = new Call([], context(abort.signal), counter, (gone) => abandoned.push(gone));
  let drained = false;
  const empty = counter.drained().then(() => {
    drained = true;
  });
  assert.equal(drained, false);
  abort.abort('reason');
  await assert.rejects(call.answer, (reason) => reason === 'reason');
  await empty;
  assert.deepEqual(abandoned, [call]);
  assert.equal(counter.active, 0);
});
