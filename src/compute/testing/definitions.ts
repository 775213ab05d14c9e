import { createHash } from 'node:crypto';
import type { ServiceDefinition } from '../../contracts/service-definition.ts';
import { serviceKey } from '../../domain/service-key.ts';
import type { TestNode } from './test-node.ts';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** Hands a service to the node; resolves to its key. */
export async function put(node: TestNode, parts: Partial<ServiceDefinition>): Promise<string> {
  const definition: ServiceDefinition = {
    name: 'test',
    version: '1.0',
    runtime: 'R',
    code: '',
    initCode: null,
    inputs: [],
    outputs: [],
    outputFileNames: [],
    snapshot: null,
    ...parts,
  };
  const key = serviceKey(definition, sha256);
  await node.json('PUT', `/services/${key}`, definition, 204);
  return key;
}

/** Stores a blob; resolves to its hash. */
export async function putBlob(node: TestNode, content: Uint8Array): Promise<string> {
  const hash = sha256(content);
  await node.json('PUT', `/blobs/${hash}`, content, 204);
  return hash;
}

export const numbers = (...names: string[]): ServiceDefinition['inputs'] =>
  names.map((name) => ({ name, type: 'numeric' }));
