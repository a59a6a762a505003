import type { ComponentProps } from "react";

import { Select } from "@/components/ui/select";
import { currencies } from "@/lib/currencies";

export function CurrencySelect(props: Omit<ComponentProps<typeof Select>, "children">) {
  return (
    <Select {...props}>
      {currencies.map(({ code, name }) => (
        <option key={code} value={code}>
          {code} – {name}
        </option>
      ))}
    </Select>
  );
}
