import Table from 'cli-table3';
import { cell, columnsOf, isRow, type Row, toRows } from './rows.ts';

const blank = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
const noBorders = {
  ...blank,
  ...{ 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' },
  ...{ right: '', 'right-mid': '', middle: '  ' },
};

/**
 * Columns under capitalised titles and a rule, as the Azure CLI prints them. Lists of objects inside an object
 * become tables of their own below it.
 */
export function renderTable(value: unknown, columns?: readonly string[]): string {
  if (!isRow(value)) return grid(toRows(value), columns);
  const members = Object.entries(value);
  const isList = (member: unknown): member is Row[] => Array.isArray(member) && member.some(isRow);
  const plain = Object.fromEntries(members.filter(([, member]) => !isList(member)));
  const parts = members.flatMap(([name, member]) =>
    isList(member) ? [`${title(name)}\n${grid(member)}`] : [],
  );
  if (Object.keys(plain).length > 0)
    parts.push(grid(Object.entries(plain).flatMap(asLines), ['name', 'value']));
  return parts.join('\n');
}

/** A member of an object as rows; each element of a list has a line of its own. */
const asLines = ([name, value]: [string, unknown]): Row[] =>
  Array.isArray(value) && value.length > 0
    ? value.map((item, index) => ({ name: index === 0 ? title(name) : '', value: item }))
    : [{ name: title(name), value }];

function grid(rows: readonly Row[], columns: readonly string[] = columnsOf(rows)): string {
  const cells = rows.map((row) => columns.map((name) => cell(row[name])));
  const titles = columns.map(title);
  const width = (column: number): number =>
    Math.max(
      ...[titles, ...cells].map((line) =>
        Math.max(...(line[column] ?? '').split('\n').map((part) => part.length)),
      ),
    );
  const table = new Table({
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    titles,
    titles.map((_, column) => '-'.repeat(width(column))),
    ...cells,
  );
  return `${table.toString().replace(/[ ]+$/gm, '')}\n`;
}

/** `configFile` → `Config file`. */
function title(name: string): string {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}
