"use client";

import { Download } from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";

import { Button, buttonVariants } from "./button";
import { Checkbox } from "./checkbox";
import { CopyButton } from "./copy-button";

type Props = {
  title: string;
  /** What it is for, and where to keep it. */
  description: ReactNode;
  /** One secret, or several of a kind, such as recovery codes. */
  secrets: readonly [string, ...string[]];
  /** With a name, it can be downloaded as a text file too. */
  fileName?: string;
  confirmLabel?: string;
  doneLabel?: string;
  onDone: () => void;
};

/**
 * What is shown once and never again. It takes the focus, since the button that made it is gone.
 * For the page, not for a dialog: Escape would throw it away.
 */
export function SecretOnce({
  title,
  description,
  secrets,
  fileName,
  confirmLabel = "I have stored it",
  doneLabel = "Done",
  onDone,
}: Props) {
  const titleId = useId();
  const panelRef = useRef<HTMLElement>(null);
  const [isStored, setIsStored] = useState(false);
  const text = secrets.join("\n");

  useEffect(() => panelRef.current?.focus(), []);

  return (
    <section
      ref={panelRef}
      tabIndex={-1}
      aria-labelledby={titleId}
      className="rounded-md border border-rule-strong bg-raised p-5"
    >
      <h2 id={titleId} className="font-semibold">
        {title}
      </h2>
      <div className="mt-1 max-w-prose text-sm text-muted">{description}</div>
      <ul
        aria-label={title}
        className="mt-4 flex flex-wrap gap-x-8 gap-y-1 rounded-sm border border-rule bg-sunken px-4 py-3 font-mono text-sm"
      >
        {secrets.map((secret) => (
          <li key={secret} translate="no" className="break-all select-all">
            {secret}
          </li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <CopyButton value={text} size="sm" label={secrets.length > 1 ? "Copy all" : "Copy"} />
        {fileName ? (
          <a
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
            download={fileName}
            className={buttonVariants({ size: "sm" })}
          >
            <Download aria-hidden />
            Download
          </a>
        ) : null}
      </div>
      <div className="mt-5 flex flex-wrap items-center justify-between gap-4 border-t border-rule pt-4">
        <Checkbox
          label={confirmLabel}
          checked={isStored}
          onChange={(event) => setIsStored(event.target.checked)}
        />
        <Button variant="primary" disabled={!isStored} onClick={onDone} className="max-sm:w-full">
          {doneLabel}
        </Button>
      </div>
    </section>
  );
}
