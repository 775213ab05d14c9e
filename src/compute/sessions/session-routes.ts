import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { OpenFile } from '../../artifacts/confined-folder.ts';
import { runtimeNames } from '../../contracts/data-types.ts';
import type { CallContext } from '../../runtime/runtime.ts';
import type { ComputeContext } from '../context.ts';
import { clientGone } from '../plugins/client-gone.ts';
import type { Routes } from '../plugins/compute-app.ts';
import { execute } from './execute.ts';
import { deleteFile, listFiles, readFile, writeFile } from './files.ts';
import { loadSnapshot } from './load-snapshot.ts';
import { openSession } from './open.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { readObject, writeObject } from './workspace.ts';

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const OpenRequest = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }),
  runtime: Type.Enum([...runtimeNames]),
  owner: Type.String(),
  snapshot: Type.Union([hash, Type.Null()]),
  idleTimeoutMs: Type.Integer({ minimum: 0 }),
});
const ExecuteRequest = Type.Object({
  code: Type.String(),
  inputParameters: Type.Array(Type.Object({ name: Type.String(), value: Type.Unknown() })),
  outputParameters: Type.Array(Type.String()),
});
const LoadSnapshotRequest = Type.Object({ snapshot: hash });

type ById = { Params: { id: string } };
type ByName = { Params: { id: string; name: string } };

const streamed = { config: { stream: true } };

/** Everything below /sessions. Reading the list of files is how web nodes ask whether a session lives: it is no use of it. */
export const sessionRoutes =
  (context: ComputeContext): Routes =>
  async (app) => {
    const { sessions } = context;
    const { WorkingDirectory, FileSize } = context.config.Limits.Session;

    app.post('/sessions', { schema: { body: OpenRequest } }, async (request, reply) => {
      await openSession(context, request.body, callOf(request, reply, request.body.owner));
      return reply.code(201).send({});
    });
    app.delete<ById & { Querystring: { force?: string } }>('/sessions/:id', async (request) => {
      await sessions.close(request.params.id, request.query.force === 'true');
      return {};
    });

    app.post('/sessions/:id/execute', { schema: { body: ExecuteRequest } }, async (request, reply) => {
      const { id } = request.params as ById['Params'];
      const answer = await sessions.use(id, (session) =>
        execute(session, request.body, callOf(request, reply, session.owner)),
      );
      return reply.type('application/json').send(answer);
    });
    app.post<ById>('/sessions/:id/cancel', async (request) => {
      await sessions.use(request.params.id, (session) => session.cancel());
      return {};
    });
    app.get<ById>('/sessions/:id/console-output', (request) =>
      sessions.use(request.params.id, async (session) => ({ consoleOutput: session.consoleOutput() })),
    );
    app.get<ById>('/sessions/:id/history', (request) =>
      sessions.use(request.params.id, async (session) => session.history()),
    );

    app.get<ById>('/sessions/:id/files', (request) => listFiles(sessions.find(request.params.id)));
    app.get<ByName>('/sessions/:id/files/:name', async (request, reply) => {
      const { id, name } = request.params;
      return bytes(reply, await sessions.use(id, (session) => readFile(session, name)));
    });
    app.put<ByName>('/sessions/:id/files/:name', streamed, async (request, reply) => {
      const { id, name } = request.params;
      await sessions.use(id, (session) => writeFile(session, name, content(request), WorkingDirectory));
      return reply.code(201).send({});
    });
    app.delete<ByName>('/sessions/:id/files/:name', async (request) => {
      const { id, name } = request.params;
      await sessions.use(id, (session) => deleteFile(session, name));
      return {};
    });

    app.get<ById>('/sessions/:id/workspace', (request) =>
      sessions.use(request.params.id, (session) => session.listObjects()),
    );
    app.get<ByName>('/sessions/:id/workspace/:name', async (request, reply) => {
      const { id, name } = request.params;
      return bytes(reply, await sessions.use(id, (session) => readObject(session, name)));
    });
    app.put<ByName>('/sessions/:id/workspace/:name', streamed, async (request) => {
      const { id, name } = request.params;
      await sessions.use(id, (session) => writeObject(session, name, content(request), FileSize));
      return {};
    });
    app.delete<ByName>('/sessions/:id/workspace/:name', async (request) => {
      const { id, name } = request.params;
      await sessions.use(id, (session) => session.removeObject(name));
      return {};
    });

    app.post<ById>('/sessions/:id/snapshot', async (request, reply) =>
      reply.type('application/zip').send(await takeSnapshot(context, request.params.id)),
    );
    app.post('/sessions/:id/loadsnapshot', { schema: { body: LoadSnapshotRequest } }, async (request) => {
      const { id } = request.params as ById['Params'];
      await sessions.use(id, (session) => loadSnapshot(context, session, request.body.snapshot));
      return {};
    });
  };

const callOf = (request: FastifyRequest, reply: FastifyReply, caller: string): CallContext => ({
  correlationId: request.id,
  caller,
  signal: clientGone(reply),
});

/** The body as it comes; the connection stays, so that a refusal can be answered on it. */
const content = (request: FastifyRequest): AsyncIterable<Buffer> =>
  request.raw.iterator({ destroyOnReturn: false });

const bytes = (reply: FastifyReply, { stats, content }: OpenFile) =>
  reply.type('application/octet-stream').header('Content-Length', stats.size).send(content);
