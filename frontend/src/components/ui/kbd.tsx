import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-6 min-w-6 items-center justify-center rounded-sm border border-rule-strong bg-paper px-1.5 font-sans text-xs font-medium text-muted">
      {children}
    </kbd>
  );
}
