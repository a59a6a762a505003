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

variable "task_policies_by_name" {
  description = "What the program inside may do."
  type        = map(string)
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_group_id" {
  description = "Whom it may talk to."
  type        = string
}

variable "cpu_units" {
  description = "1024 are one vCPU."
  type        = number

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.cpu_units)
    error_message = "cpu_units must be 256, 512, 1024, 2048 or 4096: App Runner has no other."
  }
}

variable "memory_mib" {
  description = "What goes with them."
  type        = number

  validation {
    condition     = contains(["256/512", "256/1024", "512/1024", "1024/2048", "1024/3072", "1024/4096", "2048/4096", "2048/6144", "4096/8192", "4096/10240", "4096/12288"], "${var.cpu_units}/${var.memory_mib}")
    error_message = "memory_mib does not go with cpu_units on App Runner: 256 with 512 or 1024, 512 with 1024, 1024 with 2048 to 4096, 2048 with 4096 or 6144, 4096 with 8192 to 12288."
  }
}

variable "max_requests" {
  description = "At once in one instance before another one starts."
  type        = number

  validation {
    condition     = var.max_requests >= 1 && var.max_requests <= 200
    error_message = "max_requests must be from 1 to 200."
  }
}

variable "port" {
  description = "Where the container listens."
  type        = number
}

variable "min_count" {
  description = "So many run at least."
  type        = number

  validation {
    condition     = var.min_count >= 1 && var.min_count <= 25
    error_message = "min_count must be from 1 to 25."
  }
}

variable "max_count" {
  description = "So many run at most."
  type        = number

  validation {
    condition     = var.max_count >= var.min_count && var.max_count <= 25
    error_message = "max_count must be from min_count to 25."
  }
}

variable "domain_name" {
  description = "Where people open the product."
  type        = string
}
