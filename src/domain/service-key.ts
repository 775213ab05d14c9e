import type { ServiceDefinition, ServiceKey } from '../contracts/service-definition.ts';

/** The key of a definition: `sha256` (hex) over its JSON in a fixed order of properties, without blanks. */
export function serviceKey(definition: ServiceDefinition, sha256: (text: string) => string): ServiceKey {
  const { name, version, runtime, code, initCode, inputs, outputs, outputFileNames, snapshot } = definition;
  const parameters = (list: ServiceDefinition['inputs']) => list.map(({ name, type }) => ({ name, type }));
  return sha256(
    JSON.stringify({
      name,
      version,
      runtime,
      code,
      initCode,
      inputs: parameters(inputs),
      outputs: parameters(outputs),
      outputFileNames,
      snapshot,
    }),
  );
}
