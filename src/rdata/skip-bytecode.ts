import type { ObjectReader } from './read.ts';
import { typeCode } from './type-codes.ts';

/**
 * Reads over compiled code. It is not kept (nothing here runs R), but the symbols and environments in it count as
 * references that later objects use.
 */
export function skipBytecode(reader: ObjectReader, depth: number): void {
  reader.bytes.int32(); // how many of its calls occur more than once
  skipUnit(reader, depth + 1);
}

function skipUnit(reader: ObjectReader, depth: number): void {
  if (depth > reader.limits.maxDepth)
    throw new RangeError('The compiled code in the R data is nested too deeply.');
  reader.read(depth + 1); // instructions
  for (let left = reader.bytes.length(4); left > 0; left -= 1) {
    const code = reader.bytes.int32();
    if (code === typeCode.bytecode) skipUnit(reader, depth + 1);
    else skipCall(reader, code, depth + 1);
  }
}

function skipCall(reader: ObjectReader, firstCode: number, depth: number): void {
  if (depth > reader.limits.maxDepth)
    throw new RangeError('The compiled code in the R data is nested too deeply.');
  let code = firstCode;
  for (;;) {
    if (code === typeCode.bytecodeReference) {
      reader.bytes.int32();
      return;
    }
    if (code === typeCode.bytecodeDefinition) {
      reader.bytes.int32(); // number under which it is referred to
      code = reader.bytes.int32();
    }
    const hasAttributes = code === typeCode.attributeLanguage || code === typeCode.attributePairlist;
    if (!hasAttributes && code !== typeCode.language && code !== typeCode.pairlist) {
      reader.read(depth + 1);
      return;
    }
    if (hasAttributes) reader.read(depth + 1);
    reader.read(depth + 1); // tag
    skipCall(reader, reader.bytes.int32(), depth + 1);
    code = reader.bytes.int32();
  }
}
