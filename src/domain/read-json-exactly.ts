import type { Json } from './json.ts';

/** Where JSON text stops being JSON: an offset in UTF-16 units and what is wrong there. */
export class JsonFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Deepest nesting anybody needs; it bounds the recursion here and in everything that walks the result. */
export const deepestNesting = 512;

/** Python refuses longer integers too; below this, converting between text and bigint takes microseconds. */
const mostDigits = 4300;

const space = /[ \t\n\r]*/y;
const numberText = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const plainText = /[^"\\\u0000-\u001f]*/y;
const escapeText = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const literals: [string, Json][] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Reads JSON without loss: objects become maps, integers beyond 2^53 become bigints whatever their spelling (`1e20`).
 * Ten times slower than JSON.parse, so only what JSON.parse would lose or refuse comes here. Throws `JsonFault`.
 */
export function readJsonExactly(text: string): Json {
  let at = 0;

  const fail = (message: string): never => {
    throw new JsonFault(message, at);
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const take = (character: string): boolean => {
    match(space);
    if (text[at] !== character) return false;
    at++;
    return true;
  };

  function value(depth: number): Json {
    if (depth > deepestNesting) fail(`it is nested more than ${deepestNesting} levels deep`);
    if (take('{')) return record(depth);
    if (take('[')) return array(depth);
    if (text[at] === '"') return string();
    const found = literals.find(([name]) => text.startsWith(name, at));
    if (found === undefined) return number();
    at += found[0].length;
    return found[1];
  }

  function record(depth: number): Json {
    const properties = new Map<string, Json>();
    if (take('}')) return properties;
    do {
      match(space);
      if (text[at] !== '"') fail('a property name in double quotes is expected');
      const name = string();
      if (!take(':')) fail("':' is expected after a property name");
      properties.set(name, value(depth + 1));
    } while (take(','));
    if (!take('}')) fail("',' or '}' is expected");
    return properties;
  }

  function array(depth: number): Json {
    const items: Json[] = [];
    if (take(']')) return items;
    do items.push(value(depth + 1));
    while (take(','));
    if (!take(']')) fail("',' or ']' is expected");
    return items;
  }

  function string(): string {
    const start = at++;
    for (;;) {
      match(plainText);
      if (text[at] === '"') break;
      if (at >= text.length) fail('a string does not end');
      if (match(escapeText) === null)
        fail(text[at] === '\\' ? 'an escape sequence is unknown' : 'a control character must be escaped');
    }
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  }

  function number(): number | bigint {
    const found = match(numberText);
    if (found === null) return fail(at >= text.length ? 'it ends too early' : 'a value is expected');
    const rounded = Number(found[0]);
    if (Number.isSafeInteger(rounded) || !(Number.isInteger(rounded) || Math.abs(rounded) === Infinity))
      return rounded;
    return exactInteger(found[0]) ?? rounded;
  }

  const result = value(1);
  match(space);
  if (at < text.length) fail('something follows the value');
  return result;
}

/** The integer a number literal denotes, or null when it has a fraction or more digits than anybody may send. */
export function exactInteger(literal: string): bigint | null {
  const [mantissa = '', exponentText = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fractionText = ''] = mantissa.split('.');
  const fraction = fractionText.replace(/0+$/, '');
  const zeros = Number(exponentText) - fraction.length;
  if (zeros < 0 || whole.length + fraction.length + zeros > mostDigits) return null;
  return BigInt(whole + fraction) * 10n ** BigInt(zeros);
}
