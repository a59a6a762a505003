"use client";

import { Combobox as BaseCombobox } from "@base-ui/react/combobox";
import { ChevronDown } from "lucide-react";
import type { ReactNode, Ref } from "react";

import { cn } from "./cn";
import type { ControlProps } from "./field";
import { controlClasses } from "./input";

export type ComboboxItem = { id: string; label: string; detail?: string };

type Props = ControlProps & {
  value: ComboboxItem | null;
  onChange: (item: ComboboxItem | null) => void;
  /** What the present search found; the caller searches, this only shows. */
  items: readonly ComboboxItem[];
  onSearchChange: (search: string) => void;
  placeholder?: string;
  /** Said under the list: nothing found, still looking, could not look. */
  status?: ReactNode;
  /** The last entry of the list, such as a link to make a new one. */
  footer?: ReactNode;
  onBlur?: () => void;
  inputRef?: Ref<HTMLInputElement>;
};

/** One of many, found by typing: arrow keys choose, Enter takes, Escape leaves things as they were. */
export function Combobox({
  value,
  onChange,
  items,
  onSearchChange,
  placeholder,
  status,
  footer,
  onBlur,
  inputRef,
  ...control
}: Props) {
  const known = value && !items.some((item) => item.id === value.id) ? [...items, value] : items;
  return (
    <BaseCombobox.Root
      items={known}
      filteredItems={items}
      value={value}
      onValueChange={(item: ComboboxItem | null) => onChange(item)}
      onInputValueChange={(text, { reason }) => {
        // Taking an item writes its name into the field; that is no search.
        onSearchChange(reason === "input-change" ? text : "");
      }}
      itemToStringLabel={(item: ComboboxItem) => item.label}
      isItemEqualToValue={(item: ComboboxItem, other: ComboboxItem) => item.id === other.id}
      autoHighlight
    >
      <BaseCombobox.InputGroup className="relative">
        <BaseCombobox.Input
          {...control}
          ref={inputRef}
          onBlur={onBlur}
          placeholder={placeholder}
          autoComplete="off"
          className={cn(controlClasses, "h-10 pr-10")}
        />
        <BaseCombobox.Trigger
          aria-label="Show choices"
          className="absolute inset-y-0 right-0 flex w-10 items-center justify-center rounded-sm text-muted hover:text-ink"
        >
          <ChevronDown aria-hidden className="size-4" />
        </BaseCombobox.Trigger>
      </BaseCombobox.InputGroup>
      <BaseCombobox.Portal>
        <BaseCombobox.Positioner sideOffset={4} className="z-40 outline-none">
          <BaseCombobox.Popup className="w-(--anchor-width) rounded-md border border-rule bg-raised p-1 text-sm shadow-high">
            <BaseCombobox.List className="max-h-72 overflow-y-auto">
              {(item: ComboboxItem) => (
                <BaseCombobox.Item
                  key={item.id}
                  value={item}
                  className="flex min-h-10 items-center justify-between gap-4 rounded-sm px-3 py-1.5 outline-none select-none data-highlighted:bg-sunken data-selected:font-semibold"
                >
                  <span className="truncate">{item.label}</span>
                  {item.detail ? (
                    <span className="truncate text-xs font-normal text-muted">{item.detail}</span>
                  ) : null}
                </BaseCombobox.Item>
              )}
            </BaseCombobox.List>
            <BaseCombobox.Status className="px-3 text-muted not-empty:py-2">{status}</BaseCombobox.Status>
            {footer ? <div className="mt-1 border-t border-rule pt-1">{footer}</div> : null}
          </BaseCombobox.Popup>
        </BaseCombobox.Positioner>
      </BaseCombobox.Portal>
    </BaseCombobox.Root>
  );
}
