"use client";

import { Menu as BaseMenu } from "@base-ui/react/menu";
import Link from "next/link";
import { useRef, type ComponentProps, type ReactElement, type ReactNode } from "react";

import { cn } from "./cn";
import { rememberMenuTrigger } from "./focus-home";

type Props = {
  /** A <Button>: it becomes the trigger. */
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  /** Open from the start: for a menu whose code was loaded by the press that asked for it. */
  isDefaultOpen?: boolean;
};

export function Menu({ trigger, children, align = "end", side = "bottom", isDefaultOpen = false }: Props) {
  const triggerRef = useRef<HTMLButtonElement>(null);
  const onOpenChange = (isOpen: boolean) => {
    if (!isOpen) rememberMenuTrigger(triggerRef.current);
  };
  return (
    <BaseMenu.Root defaultOpen={isDefaultOpen} onOpenChange={onOpenChange}>
      <BaseMenu.Trigger ref={triggerRef} render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} side={side} sideOffset={6} className="z-40">
          <BaseMenu.Popup className="min-w-48 rounded-md border border-rule bg-raised p-1 text-sm shadow-high outline-none">
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

const itemClasses =
  "flex h-9 w-full items-center gap-3 rounded-sm px-3 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:text-muted";

type ItemProps = { onSelect: () => void; isDangerous?: boolean; isDisabled?: boolean; children: ReactNode };

export function MenuItem({ onSelect, isDangerous = false, isDisabled = false, children }: ItemProps) {
  return (
    <BaseMenu.Item
      onClick={onSelect}
      disabled={isDisabled}
      className={cn(itemClasses, isDangerous && "text-overdue [&_svg]:text-overdue")}
    >
      {children}
    </BaseMenu.Item>
  );
}

export function MenuLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <BaseMenu.LinkItem render={<Link href={href} />} closeOnClick className={itemClasses}>
      {children}
    </BaseMenu.LinkItem>
  );
}

type RadioGroupProps<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: ReactNode }[];
  /** Stays open by default, to try one after the other. */
  isClosedByChoice?: boolean;
};

export function MenuRadioGroup<Value extends string>({
  label,
  value,
  onChange,
  options,
  isClosedByChoice = false,
}: RadioGroupProps<Value>) {
  return (
    <BaseMenu.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
      <BaseMenu.Group>
        <BaseMenu.GroupLabel className="px-3 pt-2 pb-1 text-xs text-muted">{label}</BaseMenu.GroupLabel>
        {options.map((option) => (
          <BaseMenu.RadioItem
            key={option.value}
            value={option.value}
            closeOnClick={isClosedByChoice}
            className={itemClasses}
          >
            {option.label}
            <BaseMenu.RadioItemIndicator className="ml-auto size-1.5 rounded-full bg-accent" />
          </BaseMenu.RadioItem>
        ))}
      </BaseMenu.Group>
    </BaseMenu.RadioGroup>
  );
}

export function MenuSeparator(props: ComponentProps<typeof BaseMenu.Separator>) {
  return <BaseMenu.Separator className="-mx-1 my-1 h-px bg-rule" {...props} />;
}
