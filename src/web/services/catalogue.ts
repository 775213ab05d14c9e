import type { ServiceDefinition, ServiceKey } from '../../contracts/service-definition.ts';
import type { StoredService } from '../../database/database.ts';

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
