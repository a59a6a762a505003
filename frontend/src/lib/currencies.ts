/** Currencies in circulation (ISO 4217), as the API knows them. */
const CODES =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP " +
  "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR " +
  "IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU " +
  "MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG " +
  "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV " +
  "WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

const names = new Intl.DisplayNames("en-GB", { type: "currency" });

/** "EUR" → "Euro". */
export function currencyName(code: string): string {
  return names.of(code) ?? code;
}

/** Every currency, by code: people know the code of the money they bill in. */
export const currencies: readonly { code: string; name: string }[] = CODES.split(" ").map((code) => ({
  code,
  name: currencyName(code),
}));
