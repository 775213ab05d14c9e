/** What names and versions of services may look like: both are one segment of a path and compared exactly. */
import { invalidRequest } from './errors.ts';

const maxLength = 256;

/** Throws InvalidRequest naming `field` (`name` or `version`) unless the decoded segment may be one. */
export function checkServiceSegment(segment: string, field: 'name' | 'version'): void {
  const problem = segmentProblem(segment);
  if (problem !== null) throw invalidRequest(`The ${field} of a service ${problem}.`, field);
}

function segmentProblem(segment: string): string | null {
  if (segment.trim() === '') return 'must not be empty';
  if (segment.length > maxLength) return `must not be longer than ${maxLength} characters`;
  if (segment === '.' || segment === '..') return `must not be "${segment}"`;
  const forbidden = /[/\\?#%]/.exec(segment);
  if (forbidden !== null) return `must not contain "${forbidden[0]}"`;
  if (/\p{Cc}/u.test(segment) || !segment.isWellFormed()) return 'must not contain control characters';
  return null;
}

/** The path of a version below a prefix, each segment percent-encoded: `/api/a%20b/v1`. */
export const versionPath = (prefix: string, name: string, version: string): string =>
  `${prefix}/${encodeURIComponent(name)}/${encodeURIComponent(version)}`;
