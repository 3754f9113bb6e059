const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const clockSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const digits = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const time = value => clock.format(new Date(value));
export const timeSeconds = value => clockSeconds.format(new Date(value));
export const dateTime = value => full.format(new Date(value));
export const count = value => value < 10_000 ? String(value) : compact.format(value);

export function duration(ms) {
  if (ms === 0) return '0';
  if (ms < 0.001) return `${digits.format(ms * 1e6)} ns`;
  if (ms < 1) return `${digits.format(ms * 1000)} µs`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round(ms % 60_000 / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round(ms % 3_600_000 / 60_000)} min`;
}

export function age(since, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - new Date(since)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export function bytes(value) {
  if (Math.abs(value) < 1024) return `${digits.format(value)} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let at = -1;
  do { value /= 1024; at++; } while (Math.abs(value) >= 1024 && at < units.length - 1);
  return `${digits.format(value)} ${units[at]}`;
}

/** A value with its UCUM unit, as a person writes it. */
export function quantity(value, unit) {
  if (value == null) return '–';
  if (unit === 's') return duration(value * 1000);
  if (unit === 'ms') return duration(value);
  if (unit === 'By') return bytes(value);
  if (unit === 'By/s') return `${bytes(value)}/s`;
  const number = Math.abs(value) >= 10_000 ? compact.format(value) : digits.format(value);
  // What stands in braces says what is counted; a number does not need it.
  return unit && unit !== '1' && !unit.startsWith('{') ? `${number} ${unit}` : number;
}

/** An attribute's value as text. */
export const text = value => value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;
