import { expandComputeUris, parseComputeUri } from '../../domain/compute-uris.ts';
import { PlinthError } from '../../domain/errors.ts';
import { placeholder } from '../argument-hygiene.ts';
import { CommandError } from '../command-error.ts';

/**
 * The entries of `--uri` in canonical form, each once. Words are joined, commas and blanks separate, angle brackets around
 * an entry or the whole list are dropped. Throws a usage error that names the first bad entry.
 */
export function declaredUris(words: readonly string[] = []): string[] {
  const given = words.join(' ').trim();
  const entries = unwrap(given)
    .split(/[,\s]+/)
    .map(unwrap)
    .filter((entry) => entry !== '');
  for (const entry of entries)
    if (given.includes(`<${entry}>`) && !entry.includes('://')) throw placeholder(`<${entry}>`, 'uri');
  try {
    expandComputeUris(entries);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    throw new CommandError('usage', error.message, 'Nothing was changed', { cause: error });
  }
  return [...new Set(entries.map((entry) => parseComputeUri(entry).canonical))];
}

const unwrap = (text: string): string => /^<([^<>]*)>$/.exec(text)?.[1]?.trim() ?? text;
