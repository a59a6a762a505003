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
  side?: "left" | "right";
  children: ReactNode;
};

/** A panel from the side: the navigation on a phone, a detail beside a list. */
export function Sheet({ isOpen, onClose, title, side = "right", children }: Props) {
  const titleId = useId();
  return (
    <Modal
      isOpen={isOpen}
      onClose={onClose}
      aria-labelledby={titleId}
      className={cn(
        "m-0 h-dvh max-h-none w-80 max-w-[calc(100vw-3rem)] overflow-y-auto border-rule bg-raised shadow-high backdrop:bg-backdrop",
        side === "right" ? "ml-auto border-l" : "mr-auto border-r",
      )}
    >
      <div className="flex min-h-full flex-col p-4">
        <div className="flex items-center justify-between gap-4">
          <h2 id={titleId} className="px-2 text-base font-semibold">
            {title}
          </h2>
          <Button variant="ghost" size="icon" aria-label="Close" onClick={onClose}>
            <X aria-hidden />
          </Button>
        </div>
        {children}
      </div>
    </Modal>
  );
}
