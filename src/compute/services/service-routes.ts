import { type Static, Type } from 'typebox';
import { runtimeNames, wireTypes } from '../../contracts/data-types.ts';
import type { ServiceDefinition } from '../../contracts/service-definition.ts';
import { invalidRequest } from '../../domain/errors.ts';
import type { ComputeContext } from '../context.ts';
import type { Routes } from '../plugins/compute-app.ts';

const parameters = Type.Array(Type.Object({ name: Type.String(), type: Type.Enum([...wireTypes]) }));
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

const Definition = Type.Object({
  name: Type.String(),
  version: Type.String(),
  runtime: Type.Enum([...runtimeNames]),
  code: Type.String(),
  initCode: Type.Union([Type.String(), Type.Null()]),
  inputs: parameters,
  outputs: parameters,
  outputFileNames: Type.Array(Type.String()),
  snapshot: Type.Union([hash, Type.Null()]),
});

type ByKey = { Params: { key: string } };

/** Which service versions this node can run. */
export const serviceRoutes =
  ({ services, runtimes }: ComputeContext): Routes =>
  async (app) => {
    app.put<ByKey & { Body: Static<typeof Definition> }>(
      '/services/:key',
      { schema: { body: Definition } },
      async (request, reply) => {
        const definition: ServiceDefinition = request.body;
        if (!runtimes.installed().includes(definition.runtime))
          throw invalidRequest(`This compute node does not run ${definition.runtime}.`, 'runtime');
        await services.add(request.params.key, definition);
        return reply.code(204).send();
      },
    );
    app.delete<ByKey>('/services/:key', async (request, reply) => {
      services.remove(request.params.key);
      return reply.code(204).send();
    });
  };
