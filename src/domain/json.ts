/**
 * JSON as the binder sees it. `JSON.parse` makes plain objects and rounds; the exact reader makes maps, which keep
 * names like "1" and "0" in the order received, and bigints where a double cannot hold an integer.
 */
export type Json = null | boolean | number | bigint | string | Json[] | JsonRecord;
export type JsonRecord = { readonly [name: string]: Json } | ReadonlyMap<string, Json>;

/** True for a JSON object in either notation. */
export const isRecord = (value: Json | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of a JSON object, in the order its notation keeps. */
export const namesOf = (record: JsonRecord): string[] =>
  record instanceof Map ? [...record.keys()] : Object.keys(record);

/** A property of a JSON object; undefined when it has none of that name. Inherited ones (`__proto__`) do not count. */
export function property(record: JsonRecord, name: string): Json | undefined {
  if (record instanceof Map) return record.get(name);
  return Object.hasOwn(record, name) ? (record as { [name: string]: Json })[name] : undefined;
}

/** What a value is, in words for people: `a string`, `an array`. */
export function describeJson(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'a string';
  return typeof value === 'object' ? 'an object' : `the number ${value}`;
}
