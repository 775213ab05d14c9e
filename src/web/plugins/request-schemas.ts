import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { PlinthError } from '../../domain/errors.ts';
import { invalidRequest } from '../../domain/errors.ts';
import type { WebApp } from './web-app.ts';

/**
 * Checks what a route's schema declares. Property names are matched without regard to case, null means absent and
 * unknown properties are dropped; nothing is converted. A violation is a 400 that names the field.
 */
export function requestSchemas(app: WebApp): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const validator = Compile(schema);
    return (received: unknown) => {
      const value = normalise(schema as JsonSchema, received ?? {});
      return validator.Check(value)
        ? { value }
        : { error: violation(validator.Errors(value), httpPart === 'body') };
    };
  });
}

/** The parts of JSON Schema our contracts use. */
interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

function normalise(schema: JsonSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => normalise(items, item));
  }
  const { properties } = schema;
  if (properties === undefined || typeof value !== 'object' || value === null) return value;
  const declared = new Map(Object.keys(properties).map((name) => [name.toLowerCase(), name]));
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const name = declared.get(key.toLowerCase());
    if (name !== undefined && member !== null) result[name] = normalise(properties[name]!, member);
  }
  return result;
}

type Errors = ReturnType<ReturnType<typeof Compile>['Errors']>;

/** The first violation as a sentence; `fields` lists all of them, e.g. `code,inputParameterDefinitions[0].type`. */
function violation(errors: Errors, isBody: boolean): PlinthError {
  const fields = new Set<string>();
  const sentences: string[] = [];
  for (const { keyword, instancePath, params, message } of errors) {
    if (keyword === 'required') {
      for (const name of (params as { requiredProperties: string[] }).requiredProperties) {
        const field = fieldName(`${instancePath}/${name}`);
        fields.add(field);
        sentences.push(`${field} is required.`);
      }
      continue;
    }
    const field = fieldName(instancePath);
    if (field === '') {
      if (isBody) sentences.push('The request body must be a JSON object.');
      continue;
    }
    fields.add(field);
    sentences.push(`${field} ${demand(keyword, params, message)}.`);
  }
  const list = [...fields].join(',');
  return invalidRequest(sentences[0] ?? 'The request is malformed.', list === '' ? undefined : list);
}

/** Messages of the validator in plain English. */
function demand(keyword: string, params: object, message: string): string {
  const { type, limit } = params as { type?: string; limit?: number };
  if (keyword === 'type') return `must be ${type === 'array' || type === 'object' ? 'an' : 'a'} ${type}`;
  if (keyword === 'minLength' && limit === 1) return 'must not be empty';
  return message;
}

/** `/items/0/name` → `items[0].name`. */
const fieldName = (path: string): string =>
  path
    .slice(1)
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');
