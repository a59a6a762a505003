"use client";

import { Toaster as Sonner, toast as show } from "sonner";

export { show };

export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      mobileOffset={{ bottom: "5rem" }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full font-sans items-center gap-3 rounded-md border border-rule-strong bg-raised px-4 py-3 text-sm font-medium text-ink shadow-high",
          success: "border-l-2 border-l-paid",
          error: "border-l-2 border-l-overdue",
        },
      }}
    />
  );
}
