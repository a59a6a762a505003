const LOCALE = "en-GB";
const TRUE_MINUS = "\u2212";

export type MoneyParts = { figure: string; currency: string; isNegative: boolean; isZero: boolean };

/** Amounts come as decimal strings and stay decimal strings: Intl reads them digit by digit, no float in between. */
export function moneyParts(amount: string, currency: string): MoneyParts {
  const digits = currencyDigits(currency);
  const isNegative = amount.startsWith("-");
  const figure = new Intl.NumberFormat(LOCALE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format((isNegative ? amount.slice(1) : amount) as Intl.StringNumericLiteral);
  const isZero = !/[1-9]/.test(amount);
  return {
    figure: isNegative && !isZero ? TRUE_MINUS + figure : figure,
    currency,
    isNegative: isNegative && !isZero,
    isZero,
  };
}

export function formatMoney(amount: string, currency: string): string {
  const parts = moneyParts(amount, currency);
  return `${parts.figure}\u00a0${parts.currency}`;
}

/** Decimal places of a currency: EUR 2, JPY 0, BHD 3. */
export function currencyDigits(currency: string): number {
  try {
    return (
      new Intl.NumberFormat(LOCALE, { style: "currency", currency }).resolvedOptions()
        .maximumFractionDigits ?? 2
    );
  } catch {
    // Half-typed in a form: not a currency yet.
    return 2;
  }
}

/** A quantity or rate as people write it: "1.500" → "1.5", "19.00" → "19". */
export function formatDecimal(value: string): string {
  const formatted = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 6 }).format(
    value as Intl.StringNumericLiteral,
  );
  return formatted.replace("-", TRUE_MINUS);
}

const dayFormat = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const monthFormat = new Intl.DateTimeFormat(LOCALE, { month: "short", timeZone: "UTC" });
const momentFormat = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const exactFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });
const exactDayFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeZone: "UTC" });

/** "2026-11-22" → "22 Nov 2026": a calendar day, the same one in every time zone. */
export function formatDate(isoDate: string): string {
  return dayFormat.format(calendarDay(isoDate));
}

export function formatExactDate(isoDate: string): string {
  return exactDayFormat.format(calendarDay(isoDate));
}

/** "2026-11" → "Nov". */
export function formatMonth(isoMonth: string): string {
  return monthFormat.format(calendarDay(`${isoMonth}-01`));
}

export function formatDateTime(isoDateTime: string): string {
  return momentFormat.format(new Date(isoDateTime));
}

export function formatExactDateTime(isoDateTime: string): string {
  return exactFormat.format(new Date(isoDateTime));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "just now", "5 min ago", "3 h ago", "yesterday", then the date. */
export function formatTimeAgo(isoDateTime: string, now: Date): string {
  const then = new Date(isoDateTime);
  const elapsed = now.getTime() - then.getTime();
  if (elapsed < MINUTE) return "just now";
  if (elapsed < HOUR) return `${Math.floor(elapsed / MINUTE)} min ago`;
  const days = daysBetween(localIsoDate(then), localIsoDate(now));
  if (days === 0) return `${Math.floor(elapsed / HOUR)} h ago`;
  if (days === 1) return "yesterday";
  if (days < 7) return `${days} days ago`;
  return formatDate(localIsoDate(then));
}

/** "due today", "due in 3 days", "12 days overdue". */
export function formatDue(isoDueDate: string, today: string): string {
  const days = daysBetween(today, isoDueDate);
  if (days === 0) return "due today";
  if (days === 1) return "due tomorrow";
  if (days > 1) return `due in ${days} days`;
  return days === -1 ? "1 day overdue" : `${-days} days overdue`;
}

/** Today where the user sits. */
export function localIsoDate(moment: Date): string {
  const month = String(moment.getMonth() + 1).padStart(2, "0");
  const day = String(moment.getDate()).padStart(2, "0");
  return `${moment.getFullYear()}-${month}-${day}`;
}

export function daysBetween(fromIsoDate: string, toIsoDate: string): number {
  return Math.round((calendarDay(toIsoDate).getTime() - calendarDay(fromIsoDate).getTime()) / DAY);
}

/** "1 invoice", "3 invoices". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function calendarDay(isoDate: string): Date {
  return new Date(`${isoDate}T00:00:00Z`);
}

/** 60 → "an hour", 30 → "30 minutes". */
export function formatMinutes(minutes: number): string {
  if (minutes % 60 !== 0) return countOf(minutes, "minute");
  return minutes === 60 ? "an hour" : countOf(minutes / 60, "hour");
}
