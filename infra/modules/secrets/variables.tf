variable "name" {
  description = "Prefix of the secrets' names."
  type        = string
}

variable "optional_names" {
  description = "Variables of the application whose values are secret, beside SECRET_KEY."
  type        = set(string)

  validation {
    condition = alltrue([for name in var.optional_names : contains([
      "RETIRED_SECRET_KEYS", "METRICS_TOKEN", "GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "OIDC_PROVIDERS", "SMTP_PASSWORD", "OTEL_EXPORTER_OTLP_HEADERS",
    ], name)])
    error_message = "optional_names may hold RETIRED_SECRET_KEYS, METRICS_TOKEN, GOOGLE_CLIENT_SECRET, GITHUB_CLIENT_SECRET, OIDC_PROVIDERS, SMTP_PASSWORD, OTEL_EXPORTER_OTLP_HEADERS."
  }
}
