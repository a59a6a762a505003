variable "name" {
  description = "Prefix of what the module makes."
  type        = string
}

variable "network_cidr" {
  description = "Addresses of the network: a private range of 4,096 or more, since it is cut into sixteen."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.network_cidr, 4, 15)) && try(tonumber(split("/", var.network_cidr)[1]) <= 20, false)
    error_message = "network_cidr must be an IPv4 range from /16 to /20, such as 10.40.0.0/16."
  }
}

variable "enable_nat_gateway" {
  description = "Whether private subnets reach the internet, for about 35 USD a month."
  type        = bool
}

variable "log_retention_days" {
  description = "How long flow logs are kept."
  type        = number
}

variable "web_port" {
  description = "Where web processes listen."
  type        = number
  default     = 8000
}

variable "database_port" {
  description = "Where PostgreSQL listens."
  type        = number
  default     = 5432
}
