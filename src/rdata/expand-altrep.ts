import { formatDouble } from './format-double.ts';
import { type Attributes, missingInteger, type RValue, type RVector } from './values.ts';

/**
 * The ordinary vector behind one of R's alternative representations, which version 3 streams keep compact: sequences,
 * numbers not yet turned into strings, and wrappers. Throws RangeError for those that only mean something elsewhere (mmap).
 */
export function expandAltrep(
  info: RValue,
  state: RValue,
  attributes: Attributes,
  maxExpanded: number,
): RVector {
  const name = parts(info)[0];
  const kind = name?.type === 'symbol' ? name.name : '';
  const [first] = parts(state);
  switch (kind) {
    case 'compact_intseq':
    case 'compact_realseq': {
      if (state.type !== 'double' || state.values.length !== 3) break;
      const [length, start, step] = state.values as unknown as [number, number, number];
      if (!(length >= 0 && length <= maxExpanded))
        throw new RangeError(`A compact sequence of ${length} elements exceeds the limit of ${maxExpanded}.`);
      if (kind === 'compact_intseq')
        return {
          type: 'integer',
          values: Int32Array.from({ length }, (_, i) => start + i * step),
          attributes,
        };
      return {
        type: 'double',
        values: Float64Array.from({ length }, (_, i) => start + i * step),
        attributes,
      };
    }
    case 'deferred_string':
      if (first?.type === 'integer')
        return { type: 'character', values: Array.from(first.values, integerText), attributes };
      if (first?.type === 'double')
        return { type: 'character', values: Array.from(first.values, formatDouble), attributes };
      break;
    case 'wrap_logical':
    case 'wrap_integer':
    case 'wrap_real':
    case 'wrap_complex':
    case 'wrap_string':
    case 'wrap_raw':
    case 'wrap_list':
      if (first !== undefined && 'values' in first)
        return { ...first, attributes: attributes ?? first.attributes };
      break;
  }
  throw new RangeError(`The R data holds a vector in the representation "${kind}", which cannot be read.`);
}

const parts = (value: RValue): RValue[] =>
  value.type === 'pairlist'
    ? value.cells.map((cell) => cell.value)
    : value.type === 'list'
      ? value.values
      : [];

const integerText = (value: number): string | null => (value === missingInteger ? null : String(value));
