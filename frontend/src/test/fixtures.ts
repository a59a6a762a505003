import type {
  AppInfo,
  AuditEntry,
  Customer,
  Me,
  Permission,
  Team,
  TeamSummary,
  User,
} from "@/openapi/types.gen";

/** Data for tests; each says only what it is about. */
export function customerOf(changes: Partial<Customer> = {}): Customer {
  return {
    id: "0198c0de-0000-7000-8000-000000000001",
    name: "Café Helle",
    email: "konto@cafe-helle.example",
    contact_name: "Jonas Helle",
    phone: "",
    address_line_1: "Oranienstraße 12",
    address_line_2: "",
    postal_code: "10999",
    city: "Berlin",
    country_code: "DE",
    vat_identifier: "",
    currency: "EUR",
    payment_terms_days: null,
    notes: "",
    archived_at: null,
    created_at: "2026-05-16T09:00:00Z",
    updated_at: "2026-05-16T09:00:00Z",
    ...changes,
  };
}

/** An installation in production, with neither demo nor providers. */
export function appInfoOf(changes: Partial<AppInfo> = {}): AppInfo {
  return { environment: "production", version: "1", demo_login: null, sign_in_providers: [], ...changes };
}

export function userOf(changes: Partial<User> = {}): User {
  return {
    id: "1",
    name: "Mara Lindqvist",
    email: "mara@ateliernord.example",
    is_email_verified: true,
    is_platform_admin: false,
    has_password: true,
    has_second_factor: false,
    deletion_due_at: null,
    ...changes,
  };
}

export function meWith(...permissions: Permission[]): Me {
  const team: TeamSummary = { id: "2", name: "Atelier Nord", role: "member", deletion_due_at: null };
  return {
    user: userOf(),
    team,
    teams: [team],
    permissions,
    authenticated_at: "2026-05-16T09:00:00Z",
    assurance_level: 1,
    impersonation: null,
  };
}

export function teamOf(changes: Partial<Team> = {}): Team {
  return {
    id: "2",
    name: "Atelier Nord",
    seller: {
      legal_name: "Atelier Nord GmbH",
      address_line_1: "Torstraße 41",
      address_line_2: "",
      postal_code: "10119",
      city: "Berlin",
      country_code: "DE",
      vat_identifier: "DE136695976",
      registration_identifier: "",
      email: "",
      iban: "DE89370400440532013000",
      bic: "",
      bank_name: "",
    },
    currency: "EUR",
    payment_terms_days: 14,
    invoice_number_prefix: "AN-",
    ...changes,
  };
}

export function auditEntryOf(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    chain_id: "2",
    sequence: 1,
    occurred_at: "2026-05-16T09:00:00Z",
    team_id: "2",
    user_id: null,
    actor_id: "1",
    actor_name: "Mara Lindqvist",
    impersonator_id: null,
    impersonator_name: null,
    credential: "session",
    credential_id: null,
    action: "update_customer",
    change: "updated",
    target_type: "customer",
    target_id: "0198c0de-0000-7000-8000-000000000001",
    target_name: "Café Helle",
    fields: [],
    are_fields_hidden: false,
    request_id: null,
    trace_id: null,
    ip_address: "192.0.2.1",
    ...changes,
  };
}
