variable "name" {
  description = "Prefix of what the module makes."
  type        = string
}

variable "image_uri" {
  description = "Repository and tag."
  type        = string
}

variable "repository_arn" {
  description = "Where the image may be pulled from."
  type        = string
}

variable "settings" {
  description = "The application's variables that are no secrets."
  type        = map(string)
}

variable "secret_arns_by_name" {
  description = "The application's variables that are."
  type        = map(string)
}

variable "secrets_kms_key_arn" {
  description = "What these are encrypted with."
  type        = string
}

variable "log_retention_days" {
  description = "How long the log is kept."
  type        = number
}

variable "log_kms_key_arn" {
  description = "What the log is encrypted with."
  type        = string
}

variable "master_secret_arn" {
  description = "The master user's password, kept by RDS."
  type        = string
}

variable "database_kms_key_arn" {
  description = "What that is encrypted with."
  type        = string
}
