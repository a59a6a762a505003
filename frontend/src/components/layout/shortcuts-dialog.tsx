"use client";

import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";

import { navigationItems } from "./navigation";

const shortcuts: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["n"], does: "New invoice, or new customer among customers" },
  { keys: ["/"], does: "Search this list" },
  ...navigationItems.map((item) => ({ keys: ["g", item.key], does: item.label })),
  { keys: ["?"], does: "This list" },
];

/** Loaded when first asked for. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog isOpen onClose={onClose} title="Keyboard shortcuts" size="sm">
      <dl className="divide-y divide-rule text-sm">
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className="flex h-10 items-center justify-between gap-4">
            <dt>{does}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
