/** JSON with comments, read into a tree that remembers where everything stands, so files can be edited in place. */
export type SettingsNode =
  | { kind: 'object'; start: number; end: number; members: SettingsMember[] }
  | { kind: 'array'; start: number; end: number; items: SettingsNode[] }
  | { kind: 'scalar'; start: number; end: number; value: string | number | boolean | null };
export type ObjectNode = Extract<SettingsNode, { kind: 'object' }>;

export interface SettingsMember {
  key: string;
  /** Offset of the opening quote of the key. */
  start: number;
  value: SettingsNode;
}

/** What is wrong, and where: line and column count from 1. */
export class SettingsSyntaxError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(text: string, offset: number, message: string) {
    super(message);
    this.name = 'SettingsSyntaxError';
    const before = text.slice(0, offset).split('\n');
    this.line = before.length;
    this.column = (before.at(-1)?.length ?? 0) + 1;
  }
}

const stringToken = /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordToken = /[A-Za-z_][A-Za-z0-9_.]*/y;
const words = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const maxDepth = 64;

/** Throws SettingsSyntaxError at the first thing that is not JSON (comments aside); nothing is guessed. */
export function parseSettings(text: string): SettingsNode {
  let at = 0;

  const fail = (message: string, offset = at): never => {
    throw new SettingsSyntaxError(text, offset, message);
  };

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) at += token.length;
    return token;
  };

  const skipBlanks = (): void => {
    for (;;) {
      take(/[ \t\r\n]+/y);
      if (take(/\/\/[^\n]*/y) !== undefined) continue;
      if (!text.startsWith('/*', at)) return;
      const end = text.indexOf('*/', at + 2);
      if (end < 0) fail('This comment is not closed.');
      at = end + 2;
    }
  };

  const readString = (): string => {
    const token = take(stringToken);
    if (token === undefined) return fail('This text is not closed on its line or holds an invalid escape.');
    return JSON.parse(token) as string;
  };

  const readScalar = (): SettingsNode => {
    const start = at;
    if (text[at] === '"') return { kind: 'scalar', start, value: readString(), end: at };
    const digits = take(numberToken);
    if (digits !== undefined) return { kind: 'scalar', start, value: Number(digits), end: at };
    const word = take(wordToken);
    const value = word === undefined ? undefined : words.get(word);
    if (value !== undefined) return { kind: 'scalar', start, value, end: at };
    if (word !== undefined) return fail(`${word} is not a value; text must be in double quotes.`, start);
    return fail(at < text.length ? 'A value is expected here.' : 'The file ends where a value is expected.');
  };

  /** Comma-separated things up to `close`. */
  const readSequence = (close: string, readOne: () => void): void => {
    const start = at;
    at += 1;
    for (let first = true; ; first = false) {
      skipBlanks();
      if (at >= text.length) fail(`This ${text[start]} is never closed by a ${close}.`, start);
      if (text[at] === close && first) break;
      if (!first) {
        if (text[at] === close) break;
        if (text[at] !== ',') fail('A comma is missing before this.');
        at += 1;
        skipBlanks();
        if (text[at] === close) fail('Something must follow the comma before this.');
      }
      readOne();
    }
    at += 1;
  };

  const readMember = (members: SettingsMember[], depth: number): void => {
    const start = at;
    if (text[at] !== '"') fail('A name in double quotes is expected here.');
    const key = readString();
    if (members.some((member) => member.key.toLowerCase() === key.toLowerCase()))
      fail(`"${key}" stands twice in this section.`, start);
    skipBlanks();
    if (text[at] !== ':') fail(`A colon is missing after "${key}".`);
    at += 1;
    skipBlanks();
    members.push({ key, start, value: readValue(depth) });
  };

  const readValue = (depth: number): SettingsNode => {
    const start = at;
    if (depth > maxDepth) fail(`Sections are nested deeper than ${maxDepth}.`);
    if (text[at] === '{') {
      const members: SettingsMember[] = [];
      readSequence('}', () => readMember(members, depth + 1));
      return { kind: 'object', start, members, end: at };
    }
    if (text[at] === '[') {
      const items: SettingsNode[] = [];
      readSequence(']', () => items.push(readValue(depth + 1)));
      return { kind: 'array', start, items, end: at };
    }
    return readScalar();
  };

  skipBlanks();
  const root = readValue(0);
  skipBlanks();
  if (at < text.length) fail('Nothing may follow the end of the settings.');
  return root;
}

/** The plain value; objects have no prototype, so no key is special. */
export function toValue(node: SettingsNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'array') return node.items.map(toValue);
  const object: Record<string, unknown> = Object.create(null);
  for (const member of node.members) object[member.key] = toValue(member.value);
  return object;
}
