variable "name" {
  description = "Of the cluster, and prefix of the rest."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name subnets in at least two zones."
  }
}

variable "security_group_id" {
  description = "Whom the database hears."
  type        = string
}

variable "port" {
  description = "Where it listens."
  type        = number
}

variable "engine_version" {
  description = "Of PostgreSQL, as major.minor."
  type        = string

  # The application refuses to start on anything older (backend/app/db/roles.py).
  validation {
    condition = (
      can(regex("^\\d+\\.\\d+$", var.engine_version))
      && try(tonumber(split(".", var.engine_version)[1]) >= lookup({ 15 = 20, 16 = 16, 17 = 12, 18 = 7 }, split(".", var.engine_version)[0], 999), false)
    )
    error_message = "engine_version must be 15.20, 16.16, 17.12, 18.7 or a later minor of these: older ones let row-level security be bypassed (CVE-2026-120154)."
  }
}

variable "instance_count" {
  description = "One writes; each further one can take over within a minute."
  type        = number

  validation {
    condition     = var.instance_count >= 1 && var.instance_count <= 3
    error_message = "instance_count must be from 1 to 3."
  }
}

variable "min_capacity_acu" {
  description = "Never less; 0 lets the database pause when nobody is connected."
  type        = number

  validation {
    condition     = var.min_capacity_acu >= 0 && var.min_capacity_acu <= 256 && var.min_capacity_acu * 2 == floor(var.min_capacity_acu * 2)
    error_message = "min_capacity_acu must be from 0 to 256 in steps of 0.5."
  }
}

variable "max_capacity_acu" {
  description = "Never more."
  type        = number

  validation {
    condition     = var.max_capacity_acu >= 1 && var.max_capacity_acu <= 256 && var.max_capacity_acu >= var.min_capacity_acu
    error_message = "max_capacity_acu must be from 1 to 256 and not below min_capacity_acu."
  }
}

variable "auto_pause_seconds" {
  description = "How long nobody is connected before it pauses, where it may."
  type        = number

  validation {
    condition     = var.auto_pause_seconds >= 300 && var.auto_pause_seconds <= 86400
    error_message = "auto_pause_seconds must be from 300 to 86400."
  }
}

variable "backup_days" {
  description = "How far back the database can be restored to any second."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "backup_days must be from 7 to 35."
  }
}

variable "log_retention_days" {
  description = "How long PostgreSQL's log is kept."
  type        = number
}
