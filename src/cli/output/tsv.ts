import { cell, columnsOf, toRows } from './rows.ts';

/** One line per row, cells separated by tabs, no titles: for `cut`, `awk` and shell loops. */
export function renderTsv(value: unknown, columns?: readonly string[]): string {
  const rows = toRows(value);
  const names = columns ?? columnsOf(rows);
  const lines = rows.map((row) => names.map((name) => cell(row[name]).replace(/[\t\r\n]+/g, ' ')).join('\t'));
  return lines.map((line) => `${line}\n`).join('');
}
