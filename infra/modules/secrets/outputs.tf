output "secret_arns_by_name" {
  value = merge(
    { SECRET_KEY = aws_secretsmanager_secret.secret_key.arn },
    { for name, secret in aws_secretsmanager_secret.optional : name => secret.arn },
  )
}

output "kms_key_arn" {
  value = module.key.arn
}
