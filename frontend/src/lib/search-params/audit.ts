import type { AuditEntry } from "@/openapi/types.gen";

import { oneOfParam, searchParser, textParam, type Param } from "./parser";

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

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Anything that the API would refuse counts as absent. */
const matchingParam = (isValid: (text: string) => boolean): Param<string> => ({
  read: (raw) => (raw !== null && isValid(raw) ? raw : ""),
  write: (value) => (value === "" ? null : value),
});
const idParam = () => matchingParam((text) => UUID.test(text));
const dayParam = () => matchingParam((text) => DAY.test(text) && !Number.isNaN(Date.parse(text)));

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
