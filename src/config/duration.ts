const form = /^(?:([0-9]+)\.)?([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,7}))?$/;

/** Milliseconds of `[d.]hh:mm:ss[.fff]`, or null when it is none. */
export function parseDuration(text: string): number | null {
  const match = form.exec(text);
  if (match === null) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  if (Number(hours) > 23) return null;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const milliseconds = whole * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
  return Number.isSafeInteger(milliseconds) ? milliseconds : null;
}
