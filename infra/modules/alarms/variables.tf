variable "name" {
  description = "Prefix of what the module makes."
  type        = string
}

variable "alarm_email" {
  description = "Who is told; AWS asks that address once whether it wants to be."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be a mail address."
  }
}

variable "kms_key_arn" {
  description = "What notices are encrypted with."
  type        = string
}

variable "worker_log_group_name" {
  description = "Where workers say how the queue is."
  type        = string
}

variable "database_cluster_identifier" {
  description = "Whose figures are watched."
  type        = string
}

variable "expected_connection_count" {
  description = "What all processes together open at most."
  type        = number
}

variable "server_error_metric" {
  description = "Where the web's runtime counts answers of 500 and above."
  type = object({
    namespace  = string
    name       = string
    dimensions = map(string)
  })
}

variable "latency_metric" {
  description = "Where it measures how long answers take, and what is too long."
  type = object({
    namespace  = string
    name       = string
    dimensions = map(string)
    statistic  = string
    threshold  = number
  })
}
