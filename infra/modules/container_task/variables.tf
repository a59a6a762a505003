variable "name" {
  description = "Prefix of what the module makes."
  type        = string
}

variable "role" {
  description = "What the image is to be: web, worker or migrate. Names the container, too."
  type        = string

  validation {
    condition     = contains(["web", "worker", "migrate"], var.role)
    error_message = "role must be web, worker or migrate: the image knows no other."
  }
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

variable "secret_references_by_name" {
  description = "Variable to ARN of a secret, or to one key of it as ARN:key::."
  type        = map(string)
}

variable "readable_secret_arns" {
  description = "The secrets that these references name."
  type        = list(string)
}

variable "secret_kms_key_arns" {
  description = "Keys they are encrypted with."
  type        = list(string)
}

variable "task_policies_by_name" {
  description = "What the program inside may do; nothing by default."
  type        = map(string)
  default     = {}
}

variable "health_command" {
  description = "Ends with 0 while the container works; none where a load balancer asks."
  type        = list(string)
  default     = []
}

variable "ports" {
  description = "Where the container listens."
  type        = list(number)
  default     = []
}

variable "cpu_units" {
  description = "1024 are one vCPU."
  type        = number
}

variable "memory_mib" {
  description = "Fargate allows 2 to 8 times the vCPU, in GiB; 512 MiB with a quarter."
  type        = number

  validation {
    condition     = var.memory_mib >= 2 * var.cpu_units && var.memory_mib <= 8 * var.cpu_units
    error_message = "memory_mib must be from 2 to 8 times cpu_units: Fargate has no such task."
  }
}

variable "stop_timeout_seconds" {
  description = "From SIGTERM to SIGKILL."
  type        = number
  default     = 30

  validation {
    condition     = var.stop_timeout_seconds >= 2 && var.stop_timeout_seconds <= 120
    error_message = "stop_timeout_seconds must be from 2 to 120."
  }
}

variable "log_retention_days" {
  description = "How long the log is kept."
  type        = number
}

variable "log_kms_key_arn" {
  description = "What the log is encrypted with."
  type        = string
}
