variable "region" {
  description = "Where everything is, states included."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-\\d$", var.region))
    error_message = "region must be an AWS region, such as eu-central-1."
  }
}

variable "environment" {
  description = "staging or production: whose constants, and whose state."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production."
  }
}
