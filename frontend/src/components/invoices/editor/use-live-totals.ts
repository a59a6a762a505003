"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWatch, type Control } from "react-hook-form";

import { errorMessage } from "@/lib/errors";
import type { Totals } from "@/openapi/types.gen";
import { totalsOptions } from "@/queries/invoices";

import { useSettled } from "../use-settled";
import { isCalculable, toLineDraft, type EditorValues } from "./values";

const SETTLE_MS = 300;

type Answer = { totals: Totals; keys: string };

export type LiveTotals = {
  totals: Totals | null;
  /** What a line comes to, by its key; null while it is unknown. */
  netOf: (key: string) => string | null;
  /** The shown totals are those of a moment ago. */
  isStale: boolean;
  incompleteCount: number;
  error: string | undefined;
  retry: () => void;
};

/** The server's one calculation, asked whenever typing settles. Until it answers, the last totals stay. */
export function useLiveTotals(control: Control<EditorValues>): LiveTotals {
  const [currency, lines] = useWatch({ control, name: ["currency", "lines"] });
  const complete = lines.filter(isCalculable);
  const wanted = {
    keys: complete.map((line) => line.key).join(" "),
    // The words of a line do not change what it comes to.
    body: { currency, lines: complete.map((line) => ({ ...toLineDraft(line), description: "" })) },
  };
  const settled = useSettled(wanted, SETTLE_MS);
  const query = useQuery(totalsOptions(settled.body));

  const [shown, setShown] = useState<Answer | null>(null);
  if (
    query.data &&
    !query.isPlaceholderData &&
    (shown?.totals !== query.data || shown.keys !== settled.keys)
  ) {
    setShown({ totals: query.data, keys: settled.keys });
  }

  const netByKey = new Map(
    shown?.keys.split(" ").map((key, index) => [key, shown.totals.lines[index]?.net_amount ?? null]),
  );
  return {
    totals: shown?.totals ?? null,
    netOf: (key) => netByKey.get(key) ?? null,
    isStale: query.isPlaceholderData || JSON.stringify(settled) !== JSON.stringify(wanted),
    incompleteCount: lines.length - complete.length,
    error: errorMessage(query.error),
    retry: () => void query.refetch(),
  };
}
