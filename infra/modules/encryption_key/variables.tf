variable "name" {
  description = "Of the alias."
  type        = string
}

variable "description" {
  description = "What the key encrypts."
  type        = string
}

variable "service_principals" {
  description = "AWS services, beside CloudWatch Logs, that use the key by themselves and not in a caller's name."
  type        = list(string)
  default     = []
}
