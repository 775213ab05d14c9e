import { createHash } from 'node:crypto';
import type { ServiceDefinition, ServiceKey } from '../../contracts/service-definition.ts';
import type { ServicesRepository, StoredService } from '../../database/database.ts';
import { PlinthError } from '../../domain/errors.ts';
import { serviceKey } from '../../domain/service-key.ts';

/** A published version with everything a call needs, computed once at publish or first use. */
export interface CatalogueEntry {
  readonly service: StoredService;
  readonly definition: ServiceDefinition;
  readonly key: ServiceKey;
  /** The Swagger document as it is sent, made on first request. */
  swagger: string | null;
}

export interface ServiceCatalogue {
  /** From memory when cached (synchronous: the hot path), else undefined: then ask `load`. */
  cached(name: string, version: string): CatalogueEntry | undefined;
  /** Reads the database on a miss; null when there is no such version. */
  load(name: string, version: string): Promise<CatalogueEntry | null>;
  /** Forgets a version after PATCH or DELETE. */
  forget(name: string, version: string): void;
}

/** Everything execution depends on, out of what is stored. */
export function catalogueEntry(service: StoredService): CatalogueEntry {
  const { name, version, runtime, code, initCode, inputs, outputs, outputFileNames } = service;
  const definition: ServiceDefinition = {
    name,
    version,
    runtime,
    code,
    initCode,
    inputs,
    outputs,
    outputFileNames,
    snapshot: service.snapshotBlob,
  };
  const key = serviceKey(definition, (text) => createHash('sha256').update(text).digest('hex'));
  return { service, definition, key, swagger: null };
}

/** An entry in use is compared with the database in the background after this; never used unchecked longer than `trust`. */
const freshFor = 1000;
const trust = 2000;

interface Cached {
  entry: CatalogueEntry;
  checkedAt: number;
  checking: boolean;
}

/**
 * A catalogue over the database that lets calls run without reading it: a version in use is compared in the background
 * once a second, so that every web node sees a change within 2 s. While the database is down, what is known stays good.
 */
export function openCatalogue(services: ServicesRepository, now: () => number): ServiceCatalogue {
  const known = new Map<string, Cached>();
  const running = new Map<string, Promise<CatalogueEntry | null>>();
  /** Counts changes: what was read before one must not be remembered after it. */
  let changes = 0;

  const read = async (id: string, name: string, version: string): Promise<CatalogueEntry | null> => {
    const seen = changes;
    const before = known.get(id)?.entry;
    let service: StoredService | null;
    try {
      service = await services.get(name, version);
    } catch (error) {
      if (before !== undefined && error instanceof PlinthError && error.code === 'DatabaseUnavailable')
        return before;
      throw error;
    }
    if (service === null) {
      known.delete(id);
      return null;
    }
    const entry = before !== undefined && isSame(before.service, service) ? before : catalogueEntry(service);
    if (seen === changes) known.set(id, { entry, checkedAt: now(), checking: false });
    return entry;
  };

  const load = (name: string, version: string): Promise<CatalogueEntry | null> => {
    const id = idOf(name, version);
    const current = running.get(id);
    if (current !== undefined) return current;
    const reading = read(id, name, version).finally(() => {
      if (running.get(id) === reading) running.delete(id);
    });
    running.set(id, reading);
    return reading;
  };

  return {
    load,
    cached(name, version) {
      const found = known.get(idOf(name, version));
      if (found === undefined) return undefined;
      const age = now() - found.checkedAt;
      if (age >= trust) return undefined;
      if (age >= freshFor && !found.checking) {
        found.checking = true;
        load(name, version).catch(() => {
          // Whoever has to wait for the database is told; here the entry is simply not renewed.
          found.checking = false;
        });
      }
      return found.entry;
    },
    forget(name, version) {
      changes++;
      known.delete(idOf(name, version));
      running.delete(idOf(name, version));
    },
  };
}

/** NUL cannot occur in a name, so two names never make one id. */
const idOf = (name: string, version: string): string => `${name}\0${version}`;

/** Published once and patched as often; deleted and published again it has another creation time. */
const isSame = (a: StoredService, b: StoredService): boolean =>
  a.revision === b.revision && a.createdAt === b.createdAt && a.publishedBy === b.publishedBy;
