"use client";

import { useId, type ReactNode } from "react";

import { cn } from "./cn";
import { Label } from "./label";

export type ControlProps = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
};

type Props = {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  isOptional?: boolean;
  /** For table cells and toolbars: the label is there for screen readers only. */
  isLabelHidden?: boolean;
  className?: string;
  /** Spread what it is given onto the control: it ties label, hint and error together. */
  children: (control: ControlProps) => ReactNode;
};

export function Field({ label, hint, error, isOptional, isLabelHidden, className, children }: Props) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [hintId, errorId].filter(Boolean).join(" ") || undefined;

  return (
    <div className={cn("space-y-1.5", className)}>
      <Label htmlFor={id} className={cn(isLabelHidden && "sr-only")}>
        {label}
        {isOptional ? <span className="font-normal text-muted"> (optional)</span> : null}
      </Label>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": error ? true : undefined })}
      {hint ? (
        <p id={hintId} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={errorId} className="text-sm font-medium text-overdue">
          {error}
        </p>
      ) : null}
    </div>
  );
}
