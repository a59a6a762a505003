import type { AuditEntry } from "@/openapi/types.gen";

import { dayParam, idParam } from "./day-and-id";
import { oneOfParam, searchParser, textParam } from "./parser";

/** What the log of a team tells of, and what that of an account does. */
export const teamTargetTypes = [
  "invoice",
  "payment",
  "customer",
  "seller_profile",
  "team",
  "membership",
  "invitation",
  "api_key",
  "api_client",
] as const;
export const accountTargetTypes = [
  "user",
  "session",
  "impersonation",
  "email_change",
  "authenticator_app",
  "recovery_codes",
  "passkey",
  "linked_identity",
  "data_export",
] as const;
export const auditTargetTypes = [...teamTargetTypes, ...accountTargetTypes] as const;
export type AuditTargetType = (typeof auditTargetTypes)[number];

export type AuditListState = {
  search: string;
  kind: AuditTargetType | null;
  change: AuditEntry["change"] | null;
  from: string;
  until: string;
  actor: string;
  target: string;
  team: string;
  account: string;
};

export const auditSearchParser = searchParser<AuditListState>({
  search: textParam(),
  kind: oneOfParam(auditTargetTypes),
  change: oneOfParam(["created", "updated", "deleted"]),
  from: dayParam(),
  until: dayParam(),
  actor: idParam(),
  target: idParam(),
  team: idParam(),
  account: idParam(),
});
