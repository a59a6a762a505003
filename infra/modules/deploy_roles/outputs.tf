output "role_arns_by_environment" {
  value = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}

output "policies_by_environment" {
  value = { for environment, policy in aws_iam_role_policy.deploy : environment => policy.policy }
}

output "trust_policies_by_environment" {
  value = { for environment, role in aws_iam_role.deploy : environment => role.assume_role_policy }
}
