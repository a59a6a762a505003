"use client";

import { useSearchParams } from "next/navigation";

import { buttonVariants } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { safeNextPath } from "@/lib/next-path";
import { useSignInProviders } from "@/queries/app-info";
import { providerLogInHref } from "@/queries/federation";

type Props = {
  /** On which side of these ways the other ones are. */
  other: "above" | "below";
};

/** Nothing where this installation has no provider. Links, because the browser itself has to go. */
export function ProviderLinks({ other }: Props) {
  const nextPath = safeNextPath(useSearchParams().toString());
  const providers = useSignInProviders() ?? [];
  if (providers.length === 0) return null;
  return (
    <div className="space-y-5">
      {other === "above" ? <Or /> : null}
      <ul aria-label="Log in with another account" className="space-y-3">
        {providers.map(({ id, name }) => (
          <li key={id}>
            <a href={providerLogInHref(id, nextPath)} className={cn(buttonVariants(), "w-full")}>
              Continue with {name}
            </a>
          </li>
        ))}
      </ul>
      {other === "below" ? <Or /> : null}
    </div>
  );
}

function Or() {
  return (
    <div className="flex items-center gap-4 text-sm text-muted">
      <span aria-hidden className="h-px flex-1 bg-rule" />
      or
      <span aria-hidden className="h-px flex-1 bg-rule" />
    </div>
  );
}
