import { countryName } from "@/lib/countries";

type Address = {
  address_line_1: string;
  address_line_2: string;
  postal_code: string;
  city: string;
  country_code: string;
};

/** "Berlin, Germany", or as much of it as is known. */
export function placeOf({ city, country_code }: Pick<Address, "city" | "country_code">): string {
  return [city, country_code && countryName(country_code)].filter(Boolean).join(", ");
}

/** The lines of the envelope, without the empty ones. */
export function addressLines(address: Address): string[] {
  return [
    address.address_line_1,
    address.address_line_2,
    [address.postal_code, address.city].filter(Boolean).join(" "),
    address.country_code && countryName(address.country_code),
  ].filter(Boolean);
}
