import type { Permission } from "@/openapi/types.gen";

type Scope = {
  /** As a choice: "See customers". */
  label: string;
  /** As a word in a list about its area: "see". */
  verb: string;
};

export type ScopeArea = { label: string; scopes: readonly Permission[] };

/** Every permission has its words, so that a new one does not compile without. */
const words: Record<Permission, Scope> = {
  "customers:read": { label: "See customers", verb: "see" },
  "customers:write": { label: "Add, change and archive customers", verb: "change" },
  "invoices:read": { label: "See invoices and follow what happens", verb: "see" },
  "invoices:write": { label: "Write, change and delete drafts", verb: "draft" },
  "invoices:issue": { label: "Issue and send invoices", verb: "issue" },
  "invoices:void": { label: "Void invoices", verb: "void" },
  "payments:read": { label: "See payments", verb: "see" },
  "payments:write": { label: "Record and reverse payments", verb: "record" },
  "team:read": { label: "See the team's details and bank account", verb: "see" },
  "team:write": { label: "Change the team's details and bank account", verb: "change" },
  "team:delete": { label: "Delete the team", verb: "delete" },
  "members:read": { label: "See who is in the team", verb: "see members" },
  "members:invite": { label: "Invite people", verb: "invite people" },
  "members:manage": { label: "Change roles and remove people", verb: "manage members" },
  "ownership:transfer": { label: "Hand over the team", verb: "hand over" },
  "api_keys:manage": { label: "Make and revoke API keys", verb: "manage API keys" },
  "audit:read": { label: "Read the audit log", verb: "read audit log" },
  "jobs:read": { label: "See background jobs, what they were given and logged", verb: "see" },
  "jobs:manage": { label: "Cancel, retry and replay background jobs", verb: "steer" },
};

const areas: readonly ScopeArea[] = [
  { label: "Customers", scopes: ["customers:read", "customers:write"] },
  { label: "Invoices", scopes: ["invoices:read", "invoices:write", "invoices:issue", "invoices:void"] },
  { label: "Payments", scopes: ["payments:read", "payments:write"] },
  { label: "Background jobs", scopes: ["jobs:read", "jobs:manage"] },
  {
    label: "Team",
    scopes: [
      "team:read",
      "team:write",
      "members:read",
      "audit:read",
      "members:invite",
      "members:manage",
      "api_keys:manage",
      "ownership:transfer",
      "team:delete",
    ],
  },
];

/** What a viewer sees: the audit log and the jobs are for admins, so they are chosen by themselves. */
const readOnly: readonly Permission[] = [
  "customers:read",
  "invoices:read",
  "payments:read",
  "team:read",
  "members:read",
];

export const scopeLabel = (scope: Permission): string => words[scope].label;

/** The areas with what may be given, in the order people think of them; an area with nothing in it is absent. */
export function areasOf(scopes: readonly Permission[]): ScopeArea[] {
  return areas
    .map(({ label, scopes: all }) => ({ label, scopes: all.filter((scope) => scopes.includes(scope)) }))
    .filter((area) => area.scopes.length > 0);
}

export function readOnlyOf(grantable: readonly Permission[]): Permission[] {
  return readOnly.filter((scope) => grantable.includes(scope));
}

/** "Customers: see, change · Invoices: see". */
export function describeScopes(scopes: readonly Permission[]): string {
  return areasOf(scopes)
    .map((area) => `${area.label}: ${area.scopes.map((scope) => words[scope].verb).join(", ")}`)
    .join(" · ");
}
