const locales = [...navigator.languages];

/** Making one takes longer than a row of a list may, and the first one, which loads the locale, longer than the page's first task should. */
const moneyFormats = new Map<string, Intl.NumberFormat>();
let numberFormat: Intl.NumberFormat | undefined;
let ageFormat: Intl.RelativeTimeFormat | undefined;

/** An amount in the reader's way of writing, such as $1,299.00 or 1.299,00 $. */
export function formatMoney(amount: number, currency: string): string {
  try {
    const format = moneyFormats.get(currency) ?? new Intl.NumberFormat(locales, { style: 'currency', currency });
    moneyFormats.set(currency, format);
    return format.format(amount);
  } catch (error) {
    if (error instanceof RangeError) {
      return `${formatNumber(amount)} ${currency}`; // no ISO 4217 code
    }
    throw error;
  }
}

export const formatNumber = (value: number): string => (numberFormat ??= new Intl.NumberFormat(locales)).format(value);

const units: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago an instant was, such as "3 minutes ago"; less than a minute is "just now". */
export function formatAge(instant: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(instant)) / 1_000);
  const [unit, length] = units.find(([, least]) => seconds >= least) ?? [undefined, 1];
  ageFormat ??= new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  return unit === undefined ? 'just now' : ageFormat.format(-Math.floor(seconds / length), unit);
}

export const formatInstant = (instant: string): string => new Intl.DateTimeFormat(locales, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(instant));
