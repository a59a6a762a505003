variable "name" {
  description = "Prefix of everything that the roles may touch."
  type        = string
}

variable "environments" {
  description = "One role is made for each."
  type        = set(string)
}

variable "github_repository" {
  description = "Whose workflows may take the roles, as owner/name."
  type        = string
}

variable "state_bucket_arn" {
  description = "Where Terraform's states are."
  type        = string
}

variable "state_kms_key_arn" {
  description = "What they are encrypted with."
  type        = string
}
