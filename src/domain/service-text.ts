/** What the text and names in a published service may hold. */
import type { ParameterDefinition, RuntimeName, WireType } from '../contracts/data-types.ts';
import { runtimeNames, wireTypes } from '../contracts/data-types.ts';
import { invalidRequest } from './errors.ts';
import { plainFileName } from './file-names.ts';

/** The runtime a client names in any case, R when it names none. */
export function parseRuntime(text: string | undefined): RuntimeName {
  if (text === undefined) return 'R';
  const runtime = runtimeNames.find((name) => name.toLowerCase() === text.toLowerCase());
  if (runtime === undefined)
    throw invalidRequest(`runtimeType must be R or Python, not ${JSON.stringify(text)}.`, 'runtimeType');
  return runtime;
}

/** Code as interpreters get it: line ends are LF; NUL and lone surrogates are refused. */
export function parseCode(text: string, field: string): string {
  checkText(text, field);
  return text.replace(/\r\n?/g, '\n');
}

/** Refuses text that no interpreter can hold. */
export function checkText(text: string, field: string): void {
  if (text.includes('\0')) throw invalidRequest(`${field} must not contain NUL characters.`, field);
  if (!text.isWellFormed()) throw invalidRequest(`${field} contains half of a surrogate pair.`, field);
}

/** Definitions with a known type each and no name twice. `field` is the name of the list. */
export function parseParameters(
  list: readonly { name: string; type: string }[],
  field: string,
): ParameterDefinition[] {
  const seen = new Set<string>();
  return list.map(({ name, type }, index) => {
    const place = `${field}[${index}]`;
    if (name.trim() === '') throw invalidRequest(`${place}.name must not be empty.`, `${place}.name`);
    checkText(name, `${place}.name`);
    if (!wireTypes.includes(type as WireType))
      throw invalidRequest(
        `${place}.type must be one of ${wireTypes.join(', ')}, not ${JSON.stringify(type)}.`,
        `${place}.type`,
      );
    if (seen.has(name))
      throw invalidRequest(`${field} declares ${JSON.stringify(name)} twice.`, `${place}.name`);
    seen.add(name);
    return { name, type: type as WireType };
  });
}

/** Names of files directly in the working directory, each once. */
export function parseFileNames(names: readonly string[], field: string): string[] {
  names.forEach((name, index) => {
    const place = `${field}[${index}]`;
    plainFileName(name, place);
    if (name.trim() === '' || name.includes('..') || !name.isWellFormed())
      throw invalidRequest(`${JSON.stringify(name)} is not usable as the name of an output file.`, place);
    if (names.indexOf(name) !== index)
      throw invalidRequest(`${field} names ${JSON.stringify(name)} twice.`, place);
  });
  return [...names];
}
