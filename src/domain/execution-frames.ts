/** Execution frames between web and compute node: u8 kind | u32 id | u16 header length | header JSON | body. */
import type { frameKind } from '../contracts/compute-api.ts';

export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

export interface ExecutionFrame {
  kind: FrameKind;
  id: number;
  /** Header bytes, JSON; empty for cancel and goAway. */
  header: Uint8Array;
  body: Uint8Array;
}

const prefixBytes = 7;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const nothing = new Uint8Array(0);

/** Parts of one payload, to be written in order; the body is not copied. */
export function encodeFrame(
  kind: FrameKind,
  id: number,
  header: object | null,
  body: Uint8Array = nothing,
): Uint8Array[] {
  const headerBytes = header === null ? nothing : encoder.encode(JSON.stringify(header));
  if (headerBytes.length > 0xffff)
    throw new RangeError('The header of an execution frame exceeds 65,535 bytes.');
  const start = new Uint8Array(prefixBytes + headerBytes.length);
  const view = new DataView(start.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, id, true);
  view.setUint16(5, headerBytes.length, true);
  start.set(headerBytes, prefixBytes);
  return body.length === 0 ? [start] : [start, body];
}

/** Views into payload; throws RangeError when it is shorter than it says. */
export function decodeFrame(payload: Uint8Array): ExecutionFrame {
  if (payload.length < prefixBytes) throw new RangeError('An execution frame is shorter than its prefix.');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const headerEnd = prefixBytes + view.getUint16(5, true);
  if (headerEnd > payload.length) throw new RangeError('An execution frame is shorter than its header.');
  return {
    kind: view.getUint8(0) as FrameKind,
    id: view.getUint32(1, true),
    header: payload.subarray(prefixBytes, headerEnd),
    body: payload.subarray(headerEnd),
  };
}

/** The header as an object; the sender is trusted (cluster key), its shape is not checked again. */
export const parseHeader = <T>(frame: ExecutionFrame): T => JSON.parse(decoder.decode(frame.header)) as T;
