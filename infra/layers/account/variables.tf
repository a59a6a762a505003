variable "region" {
  description = "Where everything is, states included."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-\\d$", var.region))
    error_message = "region must be an AWS region, such as eu-central-1."
  }
}

variable "github_repository" {
  description = "Whose workflows deploy, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "github_repository must be owner/name, without wildcards: it decides who may deploy."
  }
}

variable "alarm_email" {
  description = "Who is told when the account gets expensive."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be a mail address."
  }
}

variable "monthly_budget_usd" {
  description = "What the account may cost in a month before somebody is told."
  type        = number
  default     = 250

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be above 0."
  }
}
