"use client";

import { useEffect, useState } from "react";

const TICK_MS = 60_000;

/** The time, renewed every minute, so that "5 min ago" stays true. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
