import type { AdminOverview, AdminUser, AdminUserDetail } from "@/openapi/types.gen";

export function adminUserOf(changes: Partial<AdminUser> = {}): AdminUser {
  return {
    id: "7",
    name: "Jonas Helle",
    email: "jonas@cafe-helle.example",
    is_email_verified: true,
    has_second_factor: false,
    is_platform_admin: false,
    disabled_at: null,
    disabled_reason: null,
    deletion_due_at: null,
    created_at: "2026-05-16T09:00:00Z",
    teams: [{ id: "3", name: "Café Helle", role: "owner" }],
    ...changes,
  };
}

export function adminUserDetailOf(changes: Partial<AdminUser> = {}): AdminUserDetail {
  return { user: adminUserOf(changes), session_count: 1, last_seen_at: null, impersonations: [] };
}

export const adminOverview: AdminOverview = {
  user_count: 12,
  unverified_user_count: 2,
  second_factor_user_count: 5,
  disabled_user_count: 1,
  deletion_due_user_count: 0,
  administrator_count: 2,
  team_count: 4,
  live_session_count: 9,
  running_impersonation_count: 0,
};
