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

variable "task_policies_by_name" {
  description = "What the program inside may do."
  type        = map(string)
}

variable "cluster_arn" {
  description = "The ECS cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets."
  type        = list(string)
}

variable "security_group_id" {
  description = "Whom it may talk to."
  type        = string
}

variable "cpu_units" {
  description = "1024 are one vCPU."
  type        = number
}

variable "memory_mib" {
  description = "2 to 8 times cpu_units."
  type        = number
}

variable "task_count" {
  description = "How many run at once; 0 puts an environment to sleep."
  type        = number

  validation {
    condition     = var.task_count >= 0 && var.task_count <= 50
    error_message = "task_count must be from 0 to 50."
  }
}
