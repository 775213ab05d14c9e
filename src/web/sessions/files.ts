import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { invalidRequest, PlinthError } from '../../domain/errors.ts';
import { baseName, plainFileName } from '../../domain/file-names.ts';
import type { ControlAnswer } from '../compute-nodes/compute-nodes.ts';
import { callSession, type SessionPorts } from './call-session.ts';
import type { Visit } from './directory.ts';
import { sendStream } from './send-stream.ts';

/** Streams the part `file` of a multipart request into the session's working directory, replacing a file of that name. */
export async function uploadFile(
  ports: SessionPorts,
  visit: Visit,
  request: FastifyRequest,
  signal: AbortSignal,
): Promise<void> {
  if (!request.isMultipart())
    throw new PlinthError('UnsupportedMediaType', 'Send the file as the part "file" of multipart/form-data.');
  await ports.sessions.live(visit);
  let stored = false;
  for await (const part of request.parts()) {
    if (part.type !== 'file') continue;
    if (part.fieldname === 'file' && !stored) {
      await storePart(ports, visit, part, signal);
      stored = true;
    } else part.file.resume();
  }
  if (!stored) throw invalidRequest('The multipart body must have a file part called "file".', 'file');
}

async function storePart(
  ports: SessionPorts,
  visit: Visit,
  part: MultipartFile,
  signal: AbortSignal,
): Promise<void> {
  const name = plainFileName(baseName(part.filename), 'file');
  await sendStream(ports, visit, `/files/${encodeURIComponent(name)}`, part.file, signal);
}

/** Content of a file of the working directory. */
export const downloadFile = (ports: SessionPorts, visit: Visit, name: string): Promise<ControlAnswer> =>
  callSession(ports, visit, { method: 'GET', path: filePath(name) });

/** Removes a file of the working directory. */
export async function deleteFile(ports: SessionPorts, visit: Visit, name: string): Promise<void> {
  const answer = await callSession(ports, visit, { method: 'DELETE', path: filePath(name) });
  answer.body.resume();
}

const filePath = (name: string): string => `/files/${encodeURIComponent(plainFileName(name, 'fileName'))}`;
