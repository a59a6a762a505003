import type { AuditTargetType } from "@/lib/search-params/audit";
import type { AuditEntry } from "@/openapi/types.gen";

import { actionWords } from "./action-words";
import type { EntryGroup } from "./groups";

export const targetWords: Record<AuditTargetType, string> = {
  invoice: "Invoice",
  payment: "Payment",
  customer: "Customer",
  seller_profile: "Details on invoices",
  team: "Team",
  membership: "Member",
  invitation: "Invitation",
  api_key: "API key",
  api_client: "API client",
  user: "Account",
  session: "Session",
  impersonation: "Impersonation",
  email_change: "Change of e-mail address",
  authenticator_app: "Authenticator app",
  recovery_codes: "Recovery codes",
  passkey: "Passkey",
  linked_identity: "Linked account",
  data_export: "Copy of the data",
};

export const changeWords: Record<AuditEntry["change"], string> = {
  created: "Added",
  updated: "Changed",
  deleted: "Removed",
};

/** "Added", or "Changed, with 3 more entries" where a request changed several rows. */
export function changesOf({ lead, entries }: EntryGroup): string {
  const others = entries.length - 1;
  if (others === 0) return changeWords[lead.change];
  return `${changeWords[lead.change]}, with ${others} more ${others === 1 ? "entry" : "entries"}`;
}

const credentialWords: Record<string, string> = {
  access_token: "by an access token",
  api_key: "by an API key",
};

/** Who did what: "Mara Lindqvist issued an invoice". What it did it to stands beside it. */
export function sentenceOf(entry: AuditEntry): string {
  return `${whoOf(entry)} ${predicateOf(entry.action)}`;
}

export function whoOf({ actor_id, actor_name, impersonator_id, impersonator_name }: AuditEntry): string {
  const actor = actor_name ?? (actor_id ? "A former account" : "Quittance");
  return impersonator_id ? `${impersonator_name ?? "An administrator"}, as ${actor},` : actor;
}

function predicateOf(action: string): string {
  // The name of a command has blanks, that of a handler or a task never.
  if (action.includes(" ")) return `ran the command “${action}”`;
  return actionWords[action] ?? `did “${humanise(action).toLowerCase()}”`;
}

export function targetOf({ target_type, target_name }: AuditEntry): string {
  const kind = (targetWords as Record<string, string>)[target_type] ?? humanise(target_type);
  return target_name ? `${kind} ${target_name}` : kind;
}

/** By what, where it was not the browser. */
export function credentialOf({ credential }: AuditEntry): string | null {
  return credential === null ? null : (credentialWords[credential] ?? null);
}

/** `payment_terms_days` → "Payment terms days". */
export function humanise(name: string): string {
  const words = name.replaceAll(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
