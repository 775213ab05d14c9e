/**
 * Entries of the list of compute nodes: single URIs and ranges such as `http://1.0.1-3.1-2:12805`.
 * The grammar is rest 13.2; blanks around an entry are trimmed.
 */
import { invalidRequest } from './errors.ts';

/** Most URIs all entries together may stand for. */
export const maxComputeUris = 4096;

export interface ComputeUriEntry {
  /** As stored and compared: lower-case scheme and host, port as typed, no trailing slash. */
  canonical: string;
  declared: 'uri' | 'range';
  /** How many URIs it stands for. */
  size: number;
  /** The URIs it stands for: addresses in the outer loop (last octet fastest), ports in the inner one. */
  expand(): string[];
}

interface Span {
  low: number;
  high: number;
}

const entryForm = /^(https?):\/\/(\[[^\]/?#@]*\]|[^:/?#@[\]]+)(?::([^/?#@]*))?\/?$/i;
const hostLabel = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const spanForm = /^(0|[1-9][0-9]{0,4})(?:-(0|[1-9][0-9]{0,4}))?$/;

/** Throws InvalidRequest that names the entry and says what is wrong with it. */
export function parseComputeUri(text: string): ComputeUriEntry {
  const trimmed = text.trim();
  const fail = (reason: string): never => {
    throw invalidRequest(`"${trimmed}" is not a compute node URI: ${reason}`, 'entries');
  };
  if (!/^https?:\/\//i.test(trimmed)) return fail('it must start with http:// or https://.');
  const match = entryForm.exec(trimmed);
  if (match === null) return fail('nothing but scheme, host and port may be given.');
  const scheme = (match[1] as string).toLowerCase();
  const host = (match[2] as string).toLowerCase();
  const octets = parseHost(host, fail);
  const port = match[3] === undefined ? null : parseSpan(match[3], 1, 65535, 'port', fail);
  const ranged = [...(octets ?? []), ...(port === null ? [] : [port])].some((span) => span.high > span.low);
  const size = [...(octets ?? []), ...(port === null ? [] : [port])].reduce(
    (product, span) => product * (span.high - span.low + 1),
    1,
  );
  if (size > maxComputeUris) return fail(`it stands for ${size} URIs, more than ${maxComputeUris}.`);
  return {
    canonical: `${scheme}://${host}${match[3] === undefined ? '' : `:${match[3]}`}`,
    declared: ranged ? 'range' : 'uri',
    size,
    expand: () => {
      const hosts = octets === null ? [host] : addresses(octets);
      const ports = port === null ? [''] : numbers(port).map((number) => `:${number}`);
      return hosts.flatMap((name) => ports.map((suffix) => `${scheme}://${name}${suffix}`));
    },
  };
}

/**
 * All URIs of all entries in order, each once, with how it was first declared. Throws InvalidRequest for a bad entry and
 * when there are more than 4096.
 */
export function expandComputeUris(entries: readonly string[]): { uri: string; declared: 'uri' | 'range' }[] {
  const parsed = entries.map(parseComputeUri);
  if (parsed.reduce((total, entry) => total + entry.size, 0) > maxComputeUris)
    throw invalidRequest(
      `The entries stand for more than ${maxComputeUris} compute nodes; shorten the ranges.`,
      'entries',
    );
  const found = new Map<string, 'uri' | 'range'>();
  // Named outright somewhere, a node is expected to answer, whatever range also covers it.
  for (const entry of parsed)
    for (const uri of entry.expand())
      if (!found.has(uri) || entry.declared === 'uri') found.set(uri, entry.declared);
  return [...found].map(([uri, declared]) => ({ uri, declared }));
}

/** Four spans for an IPv4 address or range, null for a host name or IPv6 address. */
function parseHost(host: string, fail: (reason: string) => never): Span[] | null {
  if (host.startsWith('[')) {
    if (!isIpv6(host.slice(1, -1))) return fail('the address in brackets is not IPv6.');
    return null;
  }
  if (/^[0-9.-]+$/.test(host)) {
    const parts = host.split('.');
    if (parts.length !== 4) return fail('an IPv4 address has four parts.');
    return parts.map((part) => parseSpan(part, 0, 255, 'address part', fail));
  }
  if (host.length > 253 || !host.split('.').every((label) => hostLabel.test(label)))
    return fail('its host is not a name.');
  return null;
}

function parseSpan(
  text: string,
  least: number,
  most: number,
  what: string,
  fail: (reason: string) => never,
): Span {
  const match = spanForm.exec(text);
  if (match === null) return fail(`the ${what} "${text}" is neither a number nor a range like 1-3.`);
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : Number(match[2]);
  if (low > high) return fail(`the range ${text} is reversed.`);
  if (low < least || high > most) return fail(`the ${what} ${text} is not within ${least} to ${most}.`);
  return { low, high };
}

/** RFC 4291 text form without zone: up to eight groups, one `::`, optionally an IPv4 tail. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [position, part] of parts.entries()) {
      const isTail = index === halves.length - 1 && position === parts.length - 1;
      if (/^[0-9a-f]{1,4}$/.test(part)) groups += 1;
      else if (isTail && isIpv4(part)) groups += 2;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

const isIpv4 = (text: string): boolean => {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255);
};

const numbers = (span: Span): number[] =>
  Array.from({ length: span.high - span.low + 1 }, (_, index) => span.low + index);

const addresses = (octets: readonly Span[]): string[] =>
  octets.reduce<string[]>(
    (prefixes, octet) =>
      prefixes.flatMap((prefix) =>
        numbers(octet).map((number) => (prefix === '' ? `${number}` : `${prefix}.${number}`)),
      ),
    [''],
  );
