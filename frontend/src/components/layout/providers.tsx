"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { StepUpDialog } from "@/components/auth/step-up/step-up-dialog";
import { ToastRegion } from "@/components/ui/toast";
import { configureApiClient } from "@/lib/api-client";
import { logInPath, secondStepPath } from "@/lib/next-path";
import { createQueryClient } from "@/lib/query-client";

configureApiClient();

let isLeaving = false;

/** A full page load, so that nothing of the ended session stays in memory; once, however many requests notice. */
function leaveForLogIn() {
  if (
    isLeaving ||
    /^\/(log-in|sign-up|verify-email|forgot-password|reset-password|confirm-email-change|invitation)/.test(
      window.location.pathname,
    )
  )
    return;
  isLeaving = true;
  window.location.replace(logInPath(window.location.pathname + window.location.search));
}

function leaveForSecondStep() {
  if (isLeaving || window.location.pathname.startsWith("/log-in/")) return;
  isLeaving = true;
  window.location.replace(secondStepPath(window.location.pathname + window.location.search));
}

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(() =>
    createQueryClient({ onUnauthenticated: leaveForLogIn, onSecondFactorDue: leaveForSecondStep }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      {children}
      <StepUpDialog />
      <ToastRegion />
    </QueryClientProvider>
  );
}
