/** The seven parameter types of the wire, in the order the documentation lists them. */
export const wireTypes = [
  'logical',
  'numeric',
  'integer',
  'character',
  'vector',
  'matrix',
  'data.frame',
] as const;
export type WireType = (typeof wireTypes)[number];

/** Interpreters that run user code. (`Realtime` services need none and are another kind of service.) */
export const runtimeNames = ['R', 'Python'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** Name and wire type of one input or output of a service. */
export interface ParameterDefinition {
  name: string;
  type: WireType;
}
