"use client";

import { X } from "lucide-react";
import { useId, type ReactNode } from "react";

import { Button } from "./button";
import { cn } from "./cn";
import { Modal } from "./modal";

type Props = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  size?: "sm" | "md";
  children: ReactNode;
};

export function Dialog({ isOpen, onClose, title, description, size = "md", children }: Props) {
  const id = useId();
  return (
    <Modal
      isOpen={isOpen}
      onClose={onClose}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      className={cn(
        "m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] overflow-y-auto rounded-md border border-rule bg-raised shadow-high backdrop:bg-backdrop",
        size === "sm" ? "max-w-md" : "max-w-xl",
      )}
    >
      <div className="relative p-6">
        <h2 id={`${id}-title`} className="pr-10 text-lg font-semibold">
          {title}
        </h2>
        {description ? (
          <p id={`${id}-description`} className="mt-1 text-sm text-muted">
            {description}
          </p>
        ) : null}
        <div className="mt-4">{children}</div>
        {/* Last, so that the focus starts in the content and not here. */}
        <Button
          variant="ghost"
          size="icon"
          className="absolute top-4 right-4"
          aria-label="Close"
          onClick={onClose}
        >
          <X aria-hidden />
        </Button>
      </div>
    </Modal>
  );
}

/** The buttons of a dialog, the action last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">{children}</div>;
}
