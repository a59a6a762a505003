output "role_arns_by_environment" {
  value = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}
