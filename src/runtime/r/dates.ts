/** R's dates and times, which are numbers with a class, as ISO 8601 text. Missing and infinite ones have none. */

const millisecondsPerDay = 86_400_000;

/** `Date`: days since 1970-01-01 to `YYYY-MM-DD`. */
export function formatDate(days: number): string | null {
  const date = new Date(Math.floor(days) * millisecondsPerDay);
  return Number.isNaN(date.getTime()) ? null : isoDay(date);
}

/**
 * `POSIXct`: seconds since the epoch to `YYYY-MM-DDTHH:MM:SS[.fff[fff]]Z`. Milliseconds when they suffice, else
 * microseconds, which is as fine as a double gets.
 */
export function formatTime(seconds: number): string | null {
  let whole = Math.floor(seconds);
  let microseconds = Math.round((seconds - whole) * 1e6);
  if (microseconds === 1_000_000) {
    whole += 1;
    microseconds = 0;
  }
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const clock = date.toISOString().slice(-13, -5);
  return `${isoDay(date)}T${clock}${fraction(microseconds)}Z`;
}

function fraction(microseconds: number): string {
  if (microseconds === 0) return '';
  const digits = String(microseconds).padStart(6, '0');
  return `.${digits.endsWith('000') ? digits.slice(0, 3) : digits}`;
}

/** Years beyond 9999 are written as R does, without a plus sign and zeros in front. */
function isoDay(date: Date): string {
  const [day = ''] = date.toISOString().split('T');
  return day.replace(/^\+0*/, '');
}
