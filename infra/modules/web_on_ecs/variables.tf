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

variable "cluster_name" {
  description = "The cluster's name, for autoscaling."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "load_balancer_security_group_id" {
  description = "Whom the load balancer hears and talks to."
  type        = string
}

variable "certificate_arn" {
  description = "The domain's certificate in ACM, in the same region."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of a certificate in ACM: set it in infra/environments before web_runtime = \"ecs\"."
  }
}

variable "domain_name" {
  description = "Where people open the product."
  type        = string
}
