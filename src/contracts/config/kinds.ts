/** The kinds of settings: every one has a default and one sentence. */
import { type TSchema, Type } from 'typebox';

export const text = (fallback: string, description: string) =>
  Type.String({ default: fallback, description });
export const flag = (fallback: boolean, description: string) =>
  Type.Boolean({ default: fallback, description });
export const integer = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });
/** Written `[d.]hh:mm:ss`, milliseconds once loaded. */
export const duration = (fallback: string, description: string) =>
  Type.Unsafe<number>({ type: 'string', format: 'duration', default: fallback, description });
export const list = (description: string, fallback: string[] = []) =>
  Type.Array(Type.String(), { default: fallback, description });
export const section = <T extends Record<string, TSchema>>(properties: T, description: string) =>
  Type.Object(properties, { default: {}, description });

export const level = (description: string) =>
  text('Warning', `${description} Verbose, Debug, Information, Warning, Error, Critical or None.`);
export const maxPort = 65535;
/** Where nothing but arithmetic sets a limit. */
export const huge = Number.MAX_SAFE_INTEGER;

/** A documented section whose feature this version lacks. Switched on, it would promise what nobody keeps: the node refuses to start. */
export const missingFeature = (feature: string) =>
  section(
    { Enabled: flag(false, `Must be false: this version has no ${feature}.`) },
    `${feature}, in a later version.`,
  );
