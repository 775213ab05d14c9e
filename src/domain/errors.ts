import { type ErrorCode, errorCatalogue } from '../contracts/error-codes.ts';

/**
 * The error every layer throws on purpose. The catalogue knows what it means to a client; `message` is for people;
 * `fields` names the offending request fields, comma separated. Anything else that is thrown is a bug.
 */
export class PlinthError extends Error {
  readonly code: ErrorCode;
  readonly fields: string | null;

  constructor(code: ErrorCode, message: string, options: { fields?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlinthError';
    this.code = code;
    this.fields = options.fields ?? null;
  }

  /** HTTP status of this error, from the catalogue. */
  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** 400 that names the field. */
export const invalidRequest = (message: string, fields?: string): PlinthError =>
  new PlinthError('InvalidRequest', message, fields === undefined ? {} : { fields });

/** 400 for a value that does not fit a service's declared input. */
export const invalidInput = (message: string, field: string): PlinthError =>
  new PlinthError('InvalidInput', message, { fields: field });

/** 404 for anything unknown or invisible to the caller. */
export const notFound = (message: string): PlinthError => new PlinthError('NotFound', message);
