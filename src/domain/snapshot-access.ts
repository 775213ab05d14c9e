import { notFound } from './errors.ts';
import { type Role, sameIdentity } from './permissions.ts';

/** Snapshots belong to their creator; Owners may use any by its id. Everybody else learns nothing: 404. */
export function visibleSnapshot<T extends { owner: string }>(
  snapshot: T | null,
  id: string,
  caller: { username: string; role: Role },
): T {
  const visible =
    snapshot !== null && (caller.role === 'Owner' || sameIdentity(snapshot.owner, caller.username));
  if (!visible) throw notFound(`There is no snapshot ${id}.`);
  return snapshot;
}
