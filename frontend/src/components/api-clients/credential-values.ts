import * as v from "valibot";

import type { ApiKeyCreate, Permission } from "@/openapi/types.gen";

export const lifetimes = ["30", "90", "365", "never"] as const;

export const credentialSchema = v.object({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter a name: what will use it, and where.")),
  scopes: v.pipe(
    v.array(v.custom<Permission>((scope) => typeof scope === "string")),
    v.minLength(1, "Choose what it may do."),
  ),
  lifetime: v.picklist(lifetimes),
});

export type CredentialValues = v.InferOutput<typeof credentialSchema>;

export const emptyCredential: CredentialValues = { name: "", scopes: [], lifetime: "90" };

const days = { "30": 30, "90": 90, "365": 365, never: null } as const;

export function toApiKeyBody({ name, scopes, lifetime }: CredentialValues): ApiKeyCreate {
  return { name, scopes, expires_in_days: days[lifetime] };
}
