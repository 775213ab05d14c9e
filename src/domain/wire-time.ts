/** Epoch milliseconds as clients read time stamps: `2024-05-02T09:15:27.403`, UTC, no zone, no trailing zeros. */
export const wireTime = (milliseconds: number): string =>
  new Date(milliseconds)
    .toISOString()
    .slice(0, -1)
    .replace(/\.?0+$/, '');
