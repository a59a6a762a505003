"use client";

import { useEffect, useState } from "react";

/** A value once it has stopped changing; compared by content, so it may be built anew on every render. */
export function useSettled<Value>(value: Value, settleMs: number): Value {
  const [settled, setSettled] = useState(value);
  const content = JSON.stringify(value);
  const isSettled = JSON.stringify(settled) === content;

  useEffect(() => {
    if (isSettled) return;
    const timer = setTimeout(() => setSettled(JSON.parse(content) as Value), settleMs);
    return () => clearTimeout(timer);
  }, [content, isSettled, settleMs]);

  return settled;
}
