output "state_bucket_name" {
  value = module.state_bucket.bucket_name
}

output "deploy_role_arns_by_environment" {
  description = "For the AWS_ROLE_ARN variable of each environment on GitHub."
  value       = module.deploy_roles.role_arns_by_environment
}
