"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ComponentProps } from "react";

import { Button } from "./button";
import { cn } from "./cn";

type Props = Omit<ComponentProps<typeof Button>, "children" | "onClick" | "isPending"> & {
  value: string;
  /** Verb and thing, where several stand on a page: "Copy key". */
  label?: string;
};

const SHOWN_MS = 2_000;

export function CopyButton({ value, label = "Copy", ...props }: Props) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);

  useEffect(() => {
    if (outcome !== "copied") return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setOutcome("copied");
    } catch {
      // No permission, or a page without TLS, where the browser offers no clipboard at all.
      setOutcome("refused");
    }
  };

  const isCopied = outcome === "copied";
  return (
    <>
      <Button {...props} onClick={() => void copy()}>
        {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
        {/* Both words take their place, so that the button keeps its width. */}
        <span className="grid *:col-start-1 *:row-start-1">
          <span className={cn(isCopied && "opacity-0")}>{label}</span>
          <span aria-hidden className={cn("text-left", !isCopied && "opacity-0")}>
            Copied
          </span>
        </span>
      </Button>
      <span role="status" className={cn(outcome === "refused" ? "text-sm text-muted" : "sr-only")}>
        {isCopied ? "Copied" : null}
        {outcome === "refused" ? "The browser did not allow it. Select the text and copy it by hand." : null}
      </span>
    </>
  );
}
