import type { MemberUpdate, Role } from "@/openapi/types.gen";

/** What can be given by choosing it; ownership is shared or handed over. */
export type GivenRole = MemberUpdate["role"];

const ranked: readonly Role[] = ["viewer", "member", "admin", "owner"];

export const roleNames: Record<Role, string> = {
  owner: "Owner",
  admin: "Admin",
  member: "Member",
  viewer: "Viewer",
};

export function outranks(role: Role, other: Role): boolean {
  return ranked.indexOf(role) > ranked.indexOf(other);
}

/** Nobody gives a role above their own. */
export function rolesToGive(own: Role): GivenRole[] {
  const all: readonly GivenRole[] = ["admin", "member", "viewer"];
  return all.filter((role) => !outranks(role, own));
}

/** "an admin", "a member", as a sentence needs it. */
export function asRole(role: Role): string {
  return role === "owner" || role === "admin" ? `an ${role}` : `a ${role}`;
}
