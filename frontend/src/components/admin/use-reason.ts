"use client";

import { useState } from "react";

import { errorMessage, toApiError } from "@/lib/errors";

/** A reason that has to be written, and where a refusal of it or of anything else is shown. */
export function useReason(error: unknown) {
  const [reason, setReason] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const refused = error ? toApiError(error).fields.find(({ path }) => path === "reason")?.detail : undefined;

  return {
    reason,
    setReason,
    fieldError: isMissing ? "Write a few words." : refused,
    formError: refused ? undefined : errorMessage(error),
    /** The reason without blanks around it, or nothing, which is then said at the field. */
    check: (): string | null => {
      const text = reason.trim();
      setIsMissing(text === "");
      return text === "" ? null : text;
    },
  };
}
