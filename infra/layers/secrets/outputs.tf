output "secret_arns_by_name" {
  value = module.secrets.secret_arns_by_name
}

output "kms_key_arn" {
  value = module.secrets.kms_key_arn
}
