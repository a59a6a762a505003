"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { cn } from "./cn";
import { Input } from "./input";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
};

const SETTLE_MS = 250;

/** Tells the page once typing has settled. `/` puts the focus here. */
export function SearchInput({ label, value, onChange, className }: Props) {
  const [draft, setDraft] = useState(value);
  const [knownValue, setKnownValue] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // The address changed by other means (Back, a filter link): show what it says.
  if (value !== knownValue) {
    setKnownValue(value);
    setDraft(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    <div className={cn("relative", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-muted" />
      <Input
        type="search"
        data-search-input
        aria-label={label}
        placeholder={label}
        value={draft}
        className="pl-9"
        onChange={(event) => {
          const next = event.target.value;
          setDraft(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => {
            setKnownValue(next);
            onChange(next);
          }, SETTLE_MS);
        }}
      />
    </div>
  );
}
