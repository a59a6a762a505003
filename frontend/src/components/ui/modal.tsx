"use client";

import { useLayoutEffect, useRef, type ComponentProps, type ReactNode } from "react";

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
    if (!dialog) return;
    if (isOpen && !dialog.open) dialog.showModal();
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);

  // Removed from the page while open, it would take the focus with it: close first.
  useLayoutEffect(() => {
    const dialog = dialogRef.current;
    return () => {
      if (dialog?.open) dialog.close();
    };
  }, []);

  return (
    <dialog
      ref={dialogRef}
      onClose={onClose}
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
