variable "region" {
  description = "Where everything is, states included."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-\\d$", var.region))
    error_message = "region must be an AWS region, such as eu-central-1."
  }
}

variable "environment" {
  description = "staging or production: whose constants, and whose state."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production."
  }
}

variable "image_tag" {
  description = "What runs: a tag in the repository of layer registry."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "image_tag must be a tag that says what is in the image, such as a commit; latest does not."
  }
}

variable "web_runtime" {
  description = "apprunner or ecs; null takes the environment's constant."
  type        = string
  default     = null

  validation {
    condition     = var.web_runtime == null ? true : contains(["apprunner", "ecs"], var.web_runtime)
    error_message = "web_runtime must be apprunner (accounts that used App Runner before 2026-04-30) or ecs (every account)."
  }
}

variable "certificate_arn" {
  description = "The domain's certificate, for web_runtime = \"ecs\"; null takes the environment's constant."
  type        = string
  default     = null
}
