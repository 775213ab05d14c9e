import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CreateSessionRequest,
  CreateSnapshotRequest,
  ExecuteRequest,
} from '../../contracts/rest/sessions.ts';
import type { Action } from '../../domain/permissions.ts';
import { attachment } from '../../lib/content-disposition.ts';
import type { ControlAnswer } from '../compute-nodes/compute-nodes.ts';
import type { WebContext } from '../context.ts';
import { clientGone, sendString } from '../plugins/replies.ts';
import type { Routes } from '../plugins/web-app.ts';
import { callSession, type SessionPorts } from './call-session.ts';
import { closeSession } from './close.ts';
import { createSessionDirectory, type Visit } from './directory.ts';
import { execute } from './execute.ts';
import { deleteFile, downloadFile, uploadFile } from './files.ts';
import { listSessions } from './list.ts';
import { loadSnapshot } from './load-snapshot.ts';
import { openSession } from './open.ts';
import { createQuota } from './quota.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { deleteObject, getObject, setObject } from './workspace.ts';

type ById = { Params: { id: string } };
type ByFile = { Params: { id: string; fileName: string } };
type ByObject = { Params: { id: string; objectName: string } };
type BySnapshot = { Params: { id: string; snapshotId: string } };

const config = { action: 'session:use' as Action };
const streamed = { action: 'session:use' as Action, body: 'stream' as const };

/** Everything below /sessions. A session is its owner's alone: for anybody else it does not exist. */
export const sessionRoutes =
  (context: WebContext): Routes =>
  async (app) => {
    const ports: SessionPorts = {
      context,
      sessions: createSessionDirectory(context.database.sessions, context.now),
    };
    const quota = createQuota(ports);
    // sendStream counts the bytes and says which limit they exceed; the plugin would cut the file instead.
    await app.register(multipart, { limits: { fileSize: Number.MAX_SAFE_INTEGER, files: 2 } });

    // What is left of a refused upload is read and dropped: clients send their next request behind it.
    app.addHook('onError', async ({ raw }) => {
      raw.unpipe();
      raw.resume();
    });

    app.post('/sessions', { config, schema: { body: CreateSessionRequest } }, async (request, reply) => {
      const { id } = await openSession(ports, quota, visit(request), request.body);
      return reply.code(201).header('Location', `/sessions/${id}`).send({ sessionId: id });
    });
    app.get('/sessions', { config }, (request) => listSessions(ports, request.caller.username, request.id));
    app.delete<ById>('/sessions/:id', { config }, async (request, reply) =>
      sendString(reply, await closeSession(ports, visit(request), false)),
    );
    app.delete<ById>('/sessions/:id/force', { config }, async (request, reply) =>
      sendString(reply, await closeSession(ports, visit(request), true)),
    );

    app.post('/sessions/:id/execute', { config, schema: { body: ExecuteRequest } }, async (request, reply) =>
      passOn(reply, await execute(ports, visit(request), request.body, clientGone(reply))),
    );
    app.post<ById>('/sessions/:id/cancel', { config }, async (request, reply) => {
      const answer = await callSession(ports, visit(request), { method: 'POST', path: '/cancel' });
      answer.body.resume();
      return sendString(reply, `Session ${request.params.id} runs nothing any more.`);
    });
    app.get<ById>('/sessions/:id/console-output', { config }, async (request, reply) =>
      passOn(reply, await callSession(ports, visit(request), { method: 'GET', path: '/console-output' })),
    );
    app.get<ById>('/sessions/:id/history', { config }, async (request, reply) =>
      passOn(reply, await callSession(ports, visit(request), { method: 'GET', path: '/history' })),
    );

    app.post<ById>('/sessions/:id/files', { config: streamed }, async (request, reply) => {
      await uploadFile(ports, visit(request), request, clientGone(reply));
      return reply.code(201).send();
    });
    app.get<ById>('/sessions/:id/files', { config }, async (request, reply) =>
      passOn(reply, await callSession(ports, visit(request), { method: 'GET', path: '/files' })),
    );
    app.get<ByFile>('/sessions/:id/files/:fileName', { config }, async (request, reply) => {
      const { fileName } = request.params;
      return download(reply, await downloadFile(ports, visit(request), fileName), fileName);
    });
    app.delete<ByFile>('/sessions/:id/files/:fileName', { config }, async (request, reply) => {
      await deleteFile(ports, visit(request), request.params.fileName);
      return reply.send();
    });

    app.get<ById>('/sessions/:id/workspace', { config }, async (request, reply) =>
      passOn(reply, await callSession(ports, visit(request), { method: 'GET', path: '/workspace' })),
    );
    app.post<ByObject & { Body: Readable | undefined }>(
      '/sessions/:id/workspace/:objectName',
      { config: streamed },
      async (request, reply) => {
        const { objectName } = request.params;
        await setObject(ports, visit(request), objectName, request.body, clientGone(reply));
        return reply.send();
      },
    );
    app.get<ByObject>('/sessions/:id/workspace/:objectName', { config }, async (request, reply) => {
      const { answer, fileName } = await getObject(ports, visit(request), request.params.objectName);
      return download(reply, answer, fileName);
    });
    app.delete<ByObject>('/sessions/:id/workspace/:objectName', { config }, async (request, reply) => {
      await deleteObject(ports, visit(request), request.params.objectName);
      return reply.send();
    });

    app.post(
      '/sessions/:id/snapshot',
      { config, schema: { body: CreateSnapshotRequest } },
      async (request, reply) => {
        const snapshotId = await takeSnapshot(ports, visit(request), request.body, clientGone(reply));
        return reply.code(201).send({ snapshotId });
      },
    );
    app.post<BySnapshot>('/sessions/:id/loadsnapshot/:snapshotId', { config }, async (request, reply) => {
      await loadSnapshot(ports, visit(request), request.params.snapshotId);
      return reply.send();
    });
  };

/** Identifiers are GUIDs, which people and tools write in either case. */
const visit = ({ params, caller, id }: FastifyRequest): Visit => ({
  id: ((params as Partial<ById['Params']>).id ?? '').toLowerCase(),
  caller,
  correlationId: id,
});

/** JSON as the compute node has written it, without parsing it. */
function passOn(reply: FastifyReply, answer: ControlAnswer): FastifyReply {
  return bytes(reply, answer).type('application/json; charset=utf-8').send(answer.body);
}

function download(reply: FastifyReply, answer: ControlAnswer, fileName: string): FastifyReply {
  return bytes(reply, answer)
    .type('application/octet-stream')
    .header('Content-Disposition', attachment(fileName))
    .send(answer.body);
}

function bytes(reply: FastifyReply, answer: ControlAnswer): FastifyReply {
  const length = answer.headers['content-length'];
  return typeof length === 'string' ? reply.header('Content-Length', length) : reply;
}
