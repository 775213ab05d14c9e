import { CommandError } from './command-error.ts';

/** How hygiene treats an option: by its canonical name, and whether its value is one text or a list of URIs. */
export interface KnownOption {
  name: string;
  kind: 'flag' | 'text' | 'list';
}

/** Every spelling without dashes (`admin-password`, `new-password`) and the option it means. */
export type KnownOptions = ReadonlyMap<string, KnownOption>;

/** What copying from web pages glues to the end of a word: no-break space, often after a stray Â, and invisible marks. */
const trailingJunk = /(?:\u00c2?\u00a0|\u200b|\ufeff|\u00c2$)+$/;
const unicodeSpaceBeforeOption =
  /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+(?=[-\u2013\u2014]{2}|\u2014)/;
const option = /^([-\u2013\u2014]{1,4})([A-Za-z][A-Za-z0-9_-]*)(=.*)?$/s;

/**
 * Reads a command line the way its author meant it, although it was copied from a page that mangled it. Returns the
 * clean words and one warning per repair; throws a usage error for a value that is a placeholder such as `<Password>`.
 */
export function cleanArguments(
  argv: readonly string[],
  known: KnownOptions,
): { words: string[]; warnings: string[] } {
  const words: string[] = [];
  const warnings: string[] = [];
  let current: KnownOption | undefined;

  const clean = (value: string): string => {
    const stripped = value.replace(trailingJunk, '');
    const where = current ? `the value of --${current.name}` : 'an argument';
    if (stripped !== value) warnings.push(`Removed invisible characters from the end of ${where}.`);
    return current?.kind === 'text' ? withoutBrackets(stripped, current.name) : stripped;
  };

  for (const word of argv.flatMap((item) => item.split(unicodeSpaceBeforeOption))) {
    const spelled = spelledOption(word.replace(trailingJunk, ''), known);
    if (spelled === undefined) {
      words.push(clean(word));
      if (current?.kind !== 'list') current = undefined;
      continue;
    }
    current = spelled.option;
    if (spelled.dashes !== '--')
      warnings.push(`Read ${spelled.dashes}${spelled.option.name} as --${spelled.option.name}.`);
    words.push(`--${current.name}`);
    if (spelled.value !== undefined) words.push(clean(spelled.value));
  }
  return { words, warnings };
}

function spelledOption(
  word: string,
  known: KnownOptions,
): { option: KnownOption; dashes: string; value: string | undefined } | undefined {
  const [, dashes, name, value] = option.exec(word) ?? [];
  const meant = known.get(name?.replaceAll('_', '-') ?? '');
  // A single hyphen starts a short option; only the long dashes stand for two.
  if (meant === undefined || dashes === undefined || dashes === '-') return undefined;
  if (value !== undefined && meant.kind === 'flag') return undefined;
  return { option: meant, dashes, value: value?.slice(1) };
}

/** `<http://host:1>` means the URI inside; any other text in angle brackets is what a manual prints for "your value". */
function withoutBrackets(value: string, name: string): string {
  const inside = /^<([^<>]*)>$/.exec(value)?.[1];
  if (inside === undefined) return value;
  if (/^https?:\/\/\S+$/.test(inside)) return inside;
  throw placeholder(value, name);
}

/** The usage error for a value that was copied instead of replaced. */
export const placeholder = (value: string, name: string): CommandError =>
  new CommandError(
    'usage',
    `${value} looks like a placeholder`,
    `Replace it by the real value of --${name}, without the angle brackets`,
  );
