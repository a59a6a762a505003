"use client";

import type { ComponentProps } from "react";

import { cn } from "./cn";
import { controlClasses } from "./input";

type Props = Omit<ComponentProps<"input">, "value" | "onChange" | "type" | "inputMode" | "maxLength"> & {
  value: string;
  onChange: (digits: string) => void;
};

const LENGTH = 6;

/** A one-time code: one field, so that pasting, autofill and correcting work as everywhere. Spaces may come along. */
export function CodeInput({ className, value, onChange, ...props }: Props) {
  return (
    <input
      type="text"
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCorrect="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value.replace(/\D/g, "").slice(0, LENGTH))}
      className={cn(
        controlClasses,
        "h-14 max-w-56 text-center text-xl font-semibold tracking-widest figures md:text-xl",
        className,
      )}
      {...props}
    />
  );
}
