/** The few shapes both Swagger 2.0 documents are made of. */
import type { ParameterDefinition } from '../contracts/data-types.ts';

export type Schema = Record<string, unknown>;

/** What the document of a service depends on; a `StoredService` is one. */
export interface ServiceDescription {
  name: string;
  version: string;
  description: string | null;
  operationId: string | null;
  inputs: ParameterDefinition[];
  outputs: ParameterDefinition[];
  outputFileNames: string[];
}

export const jsonOnly = { consumes: ['application/json'], produces: ['application/json'] };

export const ref = (definition: string): Schema => ({ $ref: `#/definitions/${definition}` });
export const text = (description: string): Schema => ({ type: 'string', description });
export const int32 = (description: string): Schema => ({ type: 'integer', description, format: 'int32' });
export const arrayOf = (items: Schema): Schema => ({ type: 'array', items });
export const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });
export const file: Schema = { type: 'file' };

/** A response with a body of that shape, or without one. */
export const response = (description: string, schema?: Schema): Schema =>
  schema === undefined ? { description } : { description, schema };

/** The JSON body of an operation. */
export const body = (name: string, description: string, schema: Schema, required = true): Schema => ({
  name,
  in: 'body',
  description,
  required,
  schema,
});

/** A string in the path. */
export const pathText = (name: string, description: string): Schema => ({
  name,
  in: 'path',
  description,
  required: true,
  type: 'string',
});
