import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Static, TSchema } from 'typebox';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a cluster key, also by a node that is not set up yet. */
    open?: boolean;
    /** The handler reads `request.raw` itself and bounds it. */
    stream?: boolean;
  }
}

/** Gives handlers the type of the schema their route declares. */
export interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

/** The application every plugin and every routes file receives. */
export type ComputeApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  SchemaTypes
>;

/** What a routes file exports: given the context, a function that adds its routes. */
export type Routes = (app: ComputeApp) => Promise<void>;
