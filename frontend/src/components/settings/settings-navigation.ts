import type { Permission } from "@/openapi/types.gen";

export type SettingsPage = {
  href: `/settings/${string}`;
  label: string;
  /** Who lacks it does not see the page; without one it is everybody's own. */
  permission?: Permission;
};

export type SettingsGroup = { label: string; pages: readonly SettingsPage[] };

export const settingsNavigation: readonly SettingsGroup[] = [
  {
    label: "You",
    pages: [
      { href: "/settings/profile", label: "Profile" },
      { href: "/settings/security", label: "Security" },
      { href: "/settings/sessions", label: "Sessions" },
      { href: "/settings/activity", label: "Activity" },
      { href: "/settings/data", label: "Your data" },
    ],
  },
  {
    label: "Team",
    pages: [
      { href: "/settings/team", label: "Team details", permission: "team:read" },
      { href: "/settings/members", label: "Members", permission: "members:read" },
      { href: "/settings/api-keys", label: "API keys", permission: "api_keys:manage" },
      { href: "/settings/audit-log", label: "Audit log", permission: "audit:read" },
    ],
  },
];

/** What these permissions open; a group with nothing in it is absent too. */
export function permittedGroups(
  groups: readonly SettingsGroup[],
  permissions: readonly Permission[],
): SettingsGroup[] {
  return groups
    .map(({ label, pages }) => ({
      label,
      pages: pages.filter(({ permission }) => permission === undefined || permissions.includes(permission)),
    }))
    .filter(({ pages }) => pages.length > 0);
}
