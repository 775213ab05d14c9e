import { renderColouredJson, renderJson } from './json.ts';
import { renderTable } from './table.ts';
import { renderTsv } from './tsv.ts';

/** The values of --output. */
export const outputFormats = ['json', 'jsonc', 'table', 'tsv'] as const;
export type OutputFormat = (typeof outputFormats)[number];

const renderers: Record<OutputFormat, (value: unknown, columns?: readonly string[]) => string> = {
  json: renderJson,
  jsonc: renderColouredJson,
  table: renderTable,
  tsv: renderTsv,
};

/** The result of a command as text that ends with a line end. */
export const render = (format: OutputFormat, value: unknown, columns?: readonly string[]): string =>
  renderers[format](value, columns);
