variable "name" {
  description = "Prefix of what the module makes."
  type        = string
}

variable "bucket_name" {
  description = "Globally unique name of the bucket."
  type        = string
}
