variable "region" {
  description = "Where everything is, states included."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-\\d$", var.region))
    error_message = "region must be an AWS region, such as eu-central-1."
  }
}
