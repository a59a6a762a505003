"use client";

import { useLayoutEffect, useRef, type ComponentProps, type ReactNode } from "react";

import { findFocusHome } from "./focus-home";

type Props = Omit<ComponentProps<"dialog">, "open" | "children"> & {
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
};

/** The browser's own modal dialog: it makes the page behind inert, closes on Escape and gives the focus back. */
export function Modal({ isOpen, onClose, children, ...props }: Props) {
  const dialogRef = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const dialog = dialogRef.current;
    if (!dialog || !isOpen || dialog.open) return;
    const home = findFocusHome();
    dialog.showModal();
    // Also when it is removed from the page while open: it would take the focus with it.
    return () => {
      if (dialog.open) dialog.close();
      home?.focus();
    };
  }, [isOpen]);

  return (
    <dialog
      ref={dialogRef}
      onClose={() => {
        // The event comes late: a dialog opened again in between stays open.
        if (!dialogRef.current?.open) onClose();
      }}
      onClick={(event) => {
        // The backdrop belongs to the dialog element; everything else lies inside its children.
        if (event.target === event.currentTarget) onClose();
      }}
      {...props}
    >
      {isOpen ? children : null}
    </dialog>
  );
}
