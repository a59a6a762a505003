# The constants of an environment. Everything else is the same everywhere.

variable "environment" {
  description = "Whose constants."
  type        = string
}

# A conditional wants both sides to have the same shape: a constant that only one environment has is refused.
output "constants" {
  value = var.environment == "production" ? local.production : local.staging
}
