import { currencyDigits } from "@/lib/format";

/**
 * What people type, as the API writes it: "1 250,50" and "1,250.50" → "1250.50".
 * "1,250" may be a thousand or one and a quarter: it stays as it is, and the form asks.
 */
export function readDecimal(text: string): string {
  const plain = text.replace(/[\s\u00a0\u202f']/g, "");
  if (/^\d{1,3}(,\d{3})+\.\d+$/.test(plain)) return plain.replaceAll(",", "");
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(plain)) return plain.replaceAll(".", "").replace(",", ".");
  if (/^\d+,(\d{1,2}|\d{4,})$/.test(plain)) return plain.replace(",", ".");
  return plain;
}

export function isDecimal(text: string, limits: { integers: number; decimals: number }): boolean {
  const [integers = "", decimals, ...rest] = readDecimal(text).split(".");
  return (
    rest.length === 0 &&
    /^\d+$/.test(integers) &&
    integers.length <= limits.integers &&
    (decimals === undefined || (/^\d+$/.test(decimals) && decimals.length <= limits.decimals))
  );
}

export function isZero(text: string): boolean {
  return !/[1-9]/.test(text);
}

/** "500" → "500.00": the API wants exactly the currency's decimals. Too many stay, for it to refuse. */
export function padToCurrency(text: string, currency: string): string {
  const [integers = "", decimals = ""] = readDecimal(text).split(".");
  const digits = currencyDigits(currency);
  return digits === 0 && decimals === "" ? integers : `${integers}.${decimals.padEnd(digits, "0")}`;
}
