"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";

import { FormMessage } from "@/components/ui/form-message";
import { useSignInProviders } from "@/queries/app-info";

import { problemSentence } from "./problem-sentence";

type Props = { className?: string };

/** Why somebody was sent back by a provider with empty hands. The address loses it, so that it is said once. */
export function SignInProblem({ className }: Props) {
  const params = useSearchParams();
  const providers = useSignInProviders();
  const [{ slug, providerId }] = useState({
    slug: params.get("problem"),
    providerId: params.get("provider"),
  });

  useEffect(() => {
    if (slug === null) return;
    const rest = new URLSearchParams(window.location.search);
    rest.delete("problem");
    rest.delete("provider");
    const search = rest.size > 0 ? `?${rest}` : "";
    window.history.replaceState(window.history.state, "", window.location.pathname + search);
  }, [slug]);

  if (slug === null || !providers) return null;
  // Never what the address says: anybody can write there.
  const name = providers.find(({ id }) => id === providerId)?.name ?? "the provider";
  return <FormMessage message={capitalized(problemSentence(slug, name))} className={className} />;
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
