import {
  CreditCard,
  FileText,
  LayoutGrid,
  ListChecks,
  Mail,
  Settings,
  ShieldUser,
  Users,
  type LucideIcon,
} from "lucide-react";

import type { Permission } from "@/openapi/types.gen";

export type NavigationItem = {
  href: string;
  label: string;
  icon: LucideIcon;
  key: string;
  /** Who lacks it does not see the item. */
  permission?: Permission;
};

/** `key` is the second key of the "g …" shortcut. */
export const navigationItems: readonly NavigationItem[] = [
  { href: "/dashboard", label: "Dashboard", icon: LayoutGrid, key: "d" },
  { href: "/invoices", label: "Invoices", icon: FileText, key: "i" },
  { href: "/customers", label: "Customers", icon: Users, key: "c" },
  { href: "/payments", label: "Payments", icon: CreditCard, key: "p" },
  { href: "/jobs", label: "Jobs", icon: ListChecks, key: "j", permission: "jobs:read" },
  { href: "/settings", label: "Settings", icon: Settings, key: "s" },
];

/** Only where mail stays on the machine. */
export const mailboxItem: NavigationItem = { href: "/dev/mailbox", label: "Mailbox", icon: Mail, key: "m" };

/** Only for those who run the installation. */
export const adminItem: NavigationItem = {
  href: "/admin",
  label: "Administration",
  icon: ShieldUser,
  key: "a",
};

export function isCurrent(item: NavigationItem, pathname: string): boolean {
  return pathname === item.href || pathname.startsWith(`${item.href}/`);
}
