"use client";

import { useSyncExternalStore } from "react";

/** The same key and rule as public/theme.js, which runs before the first paint. */
const STORAGE_KEY = "quittance-theme";

export type ThemeChoice = "light" | "dark" | "system";

const listeners = new Set<() => void>();

function readChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

function applyTheme(): void {
  const choice = readChoice();
  const isDark =
    choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  for (const notify of listeners) notify();
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify);
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", applyTheme);
  window.addEventListener("storage", applyTheme);
  return () => {
    listeners.delete(notify);
    system.removeEventListener("change", applyTheme);
    window.removeEventListener("storage", applyTheme);
  };
}

export function useTheme(): { choice: ThemeChoice; setChoice: (choice: ThemeChoice) => void } {
  const choice = useSyncExternalStore(subscribe, readChoice, () => "system" as const);
  return {
    choice,
    setChoice: (next) => {
      try {
        localStorage.setItem(STORAGE_KEY, next);
      } catch {
        // Storage is forbidden: the choice cannot be kept, so the system's stays.
      }
      applyTheme();
    },
  };
}
