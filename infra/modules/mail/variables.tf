variable "name" {
  description = "Of the configuration set."
  type        = string
}

variable "domain_name" {
  description = "What mail is sent from; SES proves it by records in its DNS."
  type        = string
}

variable "sender_address" {
  description = "The only sender."
  type        = string

  validation {
    condition     = endswith(var.sender_address, "@${var.domain_name}")
    error_message = "sender_address must be an address of domain_name: SES refuses any other."
  }
}
