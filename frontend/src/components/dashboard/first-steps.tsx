"use client";

import { useSuspenseQueries } from "@tanstack/react-query";
import { Check } from "lucide-react";

import { LinkButton } from "@/components/ui/link-button";
import { Section } from "@/components/ui/section";
import { cn } from "@/components/ui/cn";
import { firstStepOptions } from "@/queries/dashboard";
import { useCan } from "@/queries/session";

/** A team without invoices: the way to the first one, and a button for the next step only. */
export function FirstSteps() {
  const [{ data: team }, { data: customers }] = useSuspenseQueries({ queries: firstStepOptions() });
  const canWrite = useCan("invoices:write");
  const { legal_name, address_line_1, city, country_code } = team.seller;

  const steps = [
    {
      title: "Say who you are",
      description: "Name and address of your business: every invoice must carry them.",
      isDone: [legal_name, address_line_1, city, country_code].every((field) => field !== ""),
      href: "/settings/team",
      action: "Complete your details",
    },
    {
      title: "Add a customer",
      description: "Who the invoice goes to, and at which e-mail address.",
      isDone: customers.items.length > 0,
      href: "/customers/new",
      action: "Add your first customer",
    },
    {
      title: "Write the first invoice",
      description: "What you did and what it costs. The figures of this page start with it.",
      isDone: false,
      href: "/invoices/new",
      action: "Write the first invoice",
    },
  ];
  const next = steps.find((step) => !step.isDone);

  return (
    <Section title="To your first invoice">
      <ol className="-mt-3 divide-y divide-rule border-b border-rule">
        {steps.map((step, index) => (
          <li
            key={step.title}
            aria-current={step === next ? "step" : undefined}
            className="flex flex-wrap items-center gap-x-4 gap-y-3 py-4"
          >
            <span
              className={cn(
                "flex size-8 shrink-0 items-center justify-center rounded-full border text-sm font-semibold figures",
                step.isDone ? "border-paid bg-paid-soft text-paid" : "border-rule-strong text-muted",
              )}
            >
              {step.isDone ? <Check role="img" aria-label="Done" className="size-4" /> : index + 1}
            </span>
            <div className="min-w-0 flex-1 basis-56">
              <h3 className={cn("font-semibold", step !== next && "text-muted")}>{step.title}</h3>
              <p className="text-sm text-muted">{step.description}</p>
            </div>
            {step === next && canWrite ? (
              <LinkButton href={step.href} variant="primary" className="max-sm:w-full">
                {step.action}
              </LinkButton>
            ) : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}
