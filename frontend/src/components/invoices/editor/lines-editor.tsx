"use client";

import { Plus } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useFieldArray, type UseFormReturn } from "react-hook-form";

import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { FormMessage } from "@/components/ui/form-message";

import { LineFields } from "./line-fields";
import type { LiveTotals } from "./use-live-totals";
import { newLine, type EditorValues } from "./values";

const MAX_LINES = 200;

const headings: readonly { label: string; className: string }[] = [
  { label: "Description", className: "col-span-8" },
  { label: "Quantity", className: "col-span-2 px-3 text-right" },
  { label: "Unit", className: "col-span-3 px-3" },
  { label: "Unit price", className: "col-span-3 px-3 text-right" },
  { label: "VAT", className: "col-span-3 px-3" },
  { label: "Rate", className: "col-span-2 px-3 text-right" },
  { label: "Net", className: "col-span-3 text-right" },
];

type Props = { form: UseFormReturn<EditorValues>; live: LiveTotals };

export function LinesEditor({ form, live }: Props) {
  const { fields, append, remove, move } = useFieldArray({ control: form.control, name: "lines" });
  const [announcement, setAnnouncement] = useState("");
  const listRef = useRef<HTMLOListElement>(null);
  const addRef = useRef<HTMLButtonElement>(null);
  const nextFocus = useRef<string | null>(null);

  // Moving or removing a line takes its button from under the focus: put the focus where one would go on.
  useEffect(() => {
    const selector = nextFocus.current;
    if (selector === null) return;
    nextFocus.current = null;
    (listRef.current?.querySelector<HTMLElement>(selector) ?? addRef.current)?.focus();
  }, [fields]);

  const onMove = useCallback(
    (from: number, to: number) => {
      nextFocus.current = `#line-${to} [data-line-action=${to < from ? "up" : "down"}]`;
      move(from, to);
      setAnnouncement(`Line ${from + 1} is now line ${to + 1}.`);
    },
    [move],
  );
  const onRemove = useCallback(
    (index: number) => {
      nextFocus.current = `#line-${Math.min(index, form.getValues("lines").length - 2)} textarea`;
      remove(index);
      setAnnouncement(`Line ${index + 1} removed.`);
    },
    [remove, form],
  );
  const onAdd = () => {
    append(newLine(form.getValues("lines").at(-1)), {
      focusName: `lines.${fields.length}.description`,
    });
  };

  const listError = form.formState.errors.lines;
  return (
    <>
      <div
        aria-hidden
        className="hidden grid-cols-24 gap-x-2 border-b border-rule-strong pb-2 text-sm font-medium text-muted xl:grid"
      >
        {headings.map(({ label, className }) => (
          <span key={label} className={className}>
            {label}
          </span>
        ))}
      </div>
      <ol
        ref={listRef}
        aria-label="Lines"
        className={cn("divide-y divide-rule", fields.length > 0 && "border-b border-rule")}
        onKeyDown={(event) => {
          // Enter in a line's field means "next", not "save what I have half written".
          if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
        }}
      >
        {fields.map((field, index) => (
          <LineFields
            key={field.id}
            form={form}
            index={index}
            count={fields.length}
            netAmount={live.netOf(field.key)}
            onMove={onMove}
            onRemove={onRemove}
          />
        ))}
      </ol>
      <FormMessage message={listError?.message ?? listError?.root?.message} className="mt-4" />
      <Button
        ref={addRef}
        className="mt-4 w-full sm:w-auto"
        disabled={fields.length >= MAX_LINES}
        onClick={onAdd}
      >
        <Plus aria-hidden />
        Add line
      </Button>
      <p role="status" className="sr-only">
        {announcement}
      </p>
    </>
  );
}
