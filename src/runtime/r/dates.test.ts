import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDate, formatTime } from './dates.ts';

test('fractions of seconds are written in groups of three digits', () => {
  assert.equal(formatTime(0), '1970-01-01T00:00:00Z');
  assert.equal(formatTime(0.5), '1970-01-01T00:00:00.500Z');
  assert.equal(formatTime(1_700_000_000.123456), '2023-11-14T22:13:20.123456Z');
  assert.equal(formatTime(0.9999999), '1970-01-01T00:00:01Z');
  assert.equal(formatTime(-0.25), '1969-12-31T23:59:59.750Z');
});

test('days before the epoch and beyond four digits of years are written, impossible ones are not', () => {
  assert.equal(formatDate(-1), '1969-12-31');
  assert.equal(formatDate(0.9), '1970-01-01');
  assert.equal(formatDate(3_671_951), '12023-06-18');
  for (const format of [formatDate, formatTime])
    for (const value of [Number.NaN, Infinity, 1e20]) assert.equal(format(value), null);
});
