"use client";

import { useEffect, useRef, useState } from "react";

import { Dialog } from "@/components/ui/dialog";
import { answerStepUps } from "@/lib/step-up";

import { StepUpForm } from "./step-up-form";

/** Opens itself when a change needs a fresh proof; the change goes on by itself afterwards. */
export function StepUpDialog() {
  const [isOpen, setIsOpen] = useState(false);
  const answer = useRef<((isConfirmed: boolean) => void) | null>(null);

  useEffect(
    () =>
      answerStepUps(
        () =>
          new Promise((resolve) => {
            answer.current = resolve;
            setIsOpen(true);
          }),
      ),
    [],
  );

  const close = (isConfirmed: boolean) => {
    answer.current?.(isConfirmed);
    answer.current = null;
    setIsOpen(false);
  };

  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => close(false)}
      title="Confirm that it is you"
      description="It has been a while since you logged in."
      size="sm"
    >
      <StepUpForm onConfirmed={() => close(true)} onLeave={() => close(false)} />
    </Dialog>
  );
}
