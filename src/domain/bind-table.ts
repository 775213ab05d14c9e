import type { InputValue, Vector } from '../contracts/values.ts';
import { bindText, bindUntyped, refuse, type Target } from './bind-vector.ts';
import { describeJson, isRecord, type Json, type JsonRecord, namesOf, property } from './json.ts';

type Frame = Extract<InputValue, { shape: 'frame' }>;
type Matrix = Extract<InputValue, { shape: 'matrix' }>;

/**
 * Cells that recycled scalars and rows with absent properties may add up to: more than any dense body of the size
 * limit holds, and what keeps a short body from growing into terabytes.
 */
const mostExpandedCells = 2 ** 24;

/** An array of rows of equal length, as a column-major matrix. Throws InvalidInput naming the row. */
export function bindMatrix(value: Json, target: Target): Matrix {
  if (!Array.isArray(value))
    throw refuse(target, `must be an array of rows like [[1,2],[3,4]], but got ${describeJson(value)}.`);
  const columns = Array.isArray(value[0]) ? value[0].length : 0;
  const rows = value.map((row, i) => {
    if (!Array.isArray(row))
      throw refuse(target, `must be an array of rows, but row ${i + 1} is ${describeJson(row)}.`);
    if (row.length !== columns)
      throw refuse(
        target,
        `has rows of unequal length: row 1 has ${columns} values, row ${i + 1} ${row.length}.`,
      );
    const nested = row.find((cell) => typeof cell === 'object' && cell !== null);
    if (nested !== undefined)
      throw refuse(target, `must hold plain values, but row ${i + 1} holds ${describeJson(nested)}.`);
    return row;
  });
  const cells: Json[] = [];
  for (let column = 0; column < columns; column++) for (const row of rows) cells.push(row[column] as Json);
  return { shape: 'matrix', vector: bindUntyped(cells, target), rows: rows.length, columns };
}

/** An object of columns or an array of row objects, in the order received. Throws InvalidInput naming the column or row. */
export function bindFrame(value: Json, target: Target): Frame {
  if (Array.isArray(value)) return bindRows(value, target);
  if (isRecord(value)) return bindColumns(value, target);
  throw refuse(
    target,
    `must be an object of columns like {"a":[1,2]} or an array of row objects, but got ${describeJson(value)}.`,
  );
}

function bindColumns(record: JsonRecord, target: Target): Frame {
  const names = namesOf(record);
  const values = names.map((name) => property(record, name) as Json);
  const first = values.findIndex(Array.isArray);
  const rows = first >= 0 ? (values[first] as Json[]).length : Math.min(names.length, 1);
  refuseExpansion(rows, values.filter((value) => !Array.isArray(value)).length, target);
  const columns = names.map((name, i) => {
    const value = values[i] as Json;
    const own = columnTarget(target, name);
    if (isRecord(value)) throw refuse(own, 'must be an array or a single value, but got an object.');
    if (!Array.isArray(value)) return bindUntyped(new Array<Json>(rows).fill(value), own);
    if (value.length !== rows)
      throw refuse(own, `has ${value.length} values, but column "${names[first]}" has ${rows}.`);
    return bindUntyped(value, own);
  });
  return frame(rows, names, columns, target);
}

function bindRows(rows: Json[], target: Target): Frame {
  const columns = new Map<string, Json[]>();
  rows.forEach((row, i) => {
    if (!isRecord(row))
      throw refuse(target, `must be an array of row objects, but row ${i + 1} is ${describeJson(row)}.`);
    for (const name of namesOf(row)) {
      let column = columns.get(name);
      if (column === undefined) {
        refuseExpansion(rows.length, columns.size + 1, target);
        column = new Array<Json>(rows.length).fill(null);
        columns.set(name, column);
      }
      column[i] = property(row, name) as Json;
    }
  });
  const names = [...columns.keys()];
  const vectors = names.map((name) => bindUntyped(columns.get(name) as Json[], columnTarget(target, name)));
  return frame(rows.length, names, vectors, target);
}

function frame(rows: number, names: string[], columns: Vector[], target: Target): Frame {
  for (const name of names) bindText(name, target);
  return { shape: 'frame', rows, names, columns };
}

const columnTarget = (target: Target, name: string): Target => ({
  ...target,
  label: `Column "${name}" of ${target.label.charAt(0).toLowerCase()}${target.label.slice(1)}`,
});

function refuseExpansion(rows: number, columns: number, target: Target): void {
  if (rows * columns > mostExpandedCells)
    throw refuse(target, `would have more than ${mostExpandedCells} cells once absent values are filled in.`);
}
