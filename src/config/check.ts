import type { TSchema } from 'typebox';
import { parseDuration } from './duration.ts';

/** The part of a TypeBox schema that settings use. */
export interface SettingSchema {
  type: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  description?: string;
  default?: unknown;
  format?: 'duration';
  minimum?: number;
  maximum?: number;
  properties?: Record<string, SettingSchema>;
  items?: SettingSchema;
}

/** A value that does not fit; `key` is the dotted path. */
export interface Problem {
  key: string;
  message: string;
}

export const settingSchema = (schema: TSchema): SettingSchema => schema as unknown as SettingSchema;

/**
 * The complete, typed form of a tree whose keys are already those of the schema: defaults filled in, `"true"` and `"42"`
 * converted, durations in milliseconds. What does not fit is added to `problems`, all of it.
 */
export function checkSettings(
  schema: SettingSchema,
  raw: unknown,
  problems: Problem[],
  key = '',
  member = key,
): unknown {
  const value = raw ?? schema.default;
  const refuse = (): undefined => {
    problems.push({ key, message: `${member} is ${shown(schema, raw)}; expected is ${expected(schema)}.` });
  };
  switch (schema.type) {
    case 'object': {
      if (!isObject(value ?? {})) return refuse();
      const source = (value ?? {}) as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const [name, child] of Object.entries(schema.properties ?? {}))
        result[name] = checkSettings(child, source[name], problems, key === '' ? name : `${key}.${name}`);
      return result;
    }
    case 'array': {
      if (!Array.isArray(value)) return refuse();
      const items = schema.items;
      // Holes are elements that no environment variable named; like .NET, they close up.
      return value
        .filter(() => true)
        .map((item, index) => (items ? checkSettings(items, item, problems, key, `${key}[${index}]`) : item));
    }
    case 'boolean':
      return asBoolean(value) ?? refuse();
    case 'integer':
      return asInteger(value, schema) ?? refuse();
    case 'string':
      if (typeof value !== 'string') return refuse();
      return schema.format === 'duration' ? (parseDuration(value) ?? refuse()) : value;
  }
}

/** What a key accepts, in words: `a whole number from 1 to 65535`. */
export function expected(schema: SettingSchema): string {
  switch (schema.type) {
    case 'object':
      return 'a section in braces';
    case 'array':
      return 'a list of texts in brackets';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return schema.maximum === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${schema.minimum} on`
        : `a whole number from ${schema.minimum} to ${schema.maximum}`;
    case 'string':
      return schema.format === 'duration' ? 'a duration [d.]hh:mm:ss' : 'a text in double quotes';
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asBoolean(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value)) return null;
  return value.toLowerCase() === 'true';
}

function asInteger(value: unknown, schema: SettingSchema): number | null {
  const number = typeof value === 'string' && /^-?[0-9]+$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(number)) return null;
  const integer = number as number;
  return integer < (schema.minimum ?? integer) || integer > (schema.maximum ?? integer) ? null : integer;
}

/** Of texts only the kind is told: they may be secrets. Long values are cut: a misplaced file should not fill the log. */
function shown(schema: SettingSchema, value: unknown): string {
  if (schema.type === 'string' && schema.format === undefined)
    return Array.isArray(value) ? 'a list' : `a JSON ${value === null ? 'null' : typeof value}`;
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
