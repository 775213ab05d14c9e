/** A result as rows of one shape, for the formats that are made of lines. */
export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of objects as it is, an object as one row, anything else under the name `result`. */
export function toRows(value: unknown): Row[] {
  if (Array.isArray(value)) return value.map((item) => (isRow(item) ? item : { result: item }));
  return [isRow(value) ? value : { result: value }];
}

/** The names of all members, in the order they first appear. */
export const columnsOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row))),
];

/** One cell: text as it is, null as nothing, lists separated by commas. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && !value.some(isRow)) return value.map(cell).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
