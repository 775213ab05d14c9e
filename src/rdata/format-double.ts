const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);
const lowWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const missingLowWord = 1954;

/** Is this R's NA rather than NaN? */
export function isMissingDouble(value: number): boolean {
  float[0] = value;
  return Number.isNaN(value) && words[lowWord] === missingLowWord;
}

/** The text of `as.character(x)`: 15 significant digits at most, the shorter of fixed and scientific; null for NA. */
export function formatDouble(value: number): string | null {
  if (Number.isNaN(value)) return isMissingDouble(value) ? null : 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const [mantissa = '0', power = '0'] = Number(value.toPrecision(15)).toExponential().split('e');
  const exponent = Number(power);
  const digits = mantissa.replace(/[-.]/g, '').length;
  const decimals = Math.max(0, digits - 1 - exponent);
  const fixedWidth = Math.max(exponent, 0) + 1 + (decimals > 0 ? decimals + 1 : 0);
  const scientificWidth = digits + (digits > 1 ? 1 : 0) + (Math.abs(exponent) >= 100 ? 5 : 4);
  if (fixedWidth <= scientificWidth) return value === 0 ? '0' : value.toFixed(decimals);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
