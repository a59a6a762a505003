import type { Metadata } from "next";

import { AuthCard } from "@/components/auth/auth-card";
import { SecondStepForm } from "@/components/auth/second-step-form";

export const metadata: Metadata = { title: "Second step" };

export default function SecondStepPage() {
  return (
    <AuthCard
      title="One more step"
      description="Your password was right. Your account asks for a second proof that it is you."
    >
      <SecondStepForm />
    </AuthCard>
  );
}
