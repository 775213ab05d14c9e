import { invalidRequest, type PlinthError } from './errors.ts';
import { isRecord, type Json, type JsonRecord, property } from './json.ts';
import { deepestNesting, JsonFault, readJsonExactly } from './read-json-exactly.ts';

/**
 * JSON.parse needs 70 bytes per level of nesting, so 100 MB of brackets would take gigabytes. Smaller bodies cannot
 * do harm and are spared the look at every byte.
 */
const harmlessBytes = 1024 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A request body that is a JSON object: read fast once, and exactly only when somebody asks for what that lost. */
export class RequestBody {
  readonly #text: string;
  readonly #fast: JsonRecord;
  #exact: JsonRecord | null = null;

  constructor(text: string, fast: JsonRecord) {
    this.#text = text;
    this.#fast = fast;
  }

  /** The property as JSON.parse reads it; undefined when the body has none of that name. */
  get(name: string): Json | undefined {
    return property(this.#fast, name);
  }

  /** The property without loss: bigints, and objects as maps in the order received. */
  exactly(name: string): Json | undefined {
    this.#exact ??= readExactly(this.#text) as JsonRecord;
    return property(this.#exact, name);
  }
}

/**
 * Reads the body of a consume call. No bytes, or white space alone, count as `{}`; a byte order mark is skipped.
 * Throws InvalidRequest when it is not UTF-8, not JSON (naming line and column) or not an object.
 */
export function parseBody(bytes: Uint8Array): RequestBody {
  if (bytes.length > harmlessBytes) refuseDeepNesting(bytes);
  const text = decode(bytes);
  if (text.trimStart() === '') return new RequestBody('{}', {});
  const value = parse(text);
  if (!isRecord(value))
    throw invalidRequest('The request body must be a JSON object whose properties are the inputs.');
  return new RequestBody(text, value);
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw invalidRequest('The request body is not valid UTF-8.');
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return readExactly(text);
  }
}

function readExactly(text: string): Json {
  try {
    return readJsonExactly(text);
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause;
    throw notJson(text, cause);
  }
}

function notJson(text: string, fault: JsonFault): PlinthError {
  const before = text.slice(0, fault.offset);
  const line = before.split('\n').length;
  const column = fault.offset - before.lastIndexOf('\n');
  return invalidRequest(
    `The request body is not valid JSON: ${fault.message} (line ${line}, column ${column}).`,
  );
}

function refuseDeepNesting(bytes: Uint8Array): void {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfString(bytes, at);
    else if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) depth--;
    if (depth > deepestNesting)
      throw invalidRequest(`The request body is nested more than ${deepestNesting} levels deep.`);
  }
}

function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === 0x5c) at++;
    else if (bytes[at] === 0x22) return at;
  }
  return bytes.length;
}
