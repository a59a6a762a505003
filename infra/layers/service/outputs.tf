output "web_url" {
  value = "https://${local.constants.domain_name}"
}

output "web_direct_url" {
  description = "App Runner's own address, for before the DNS knows ours; null on ECS."
  value       = one(module.web_on_apprunner[*].direct_url)
}

output "web_runtime" {
  value = local.web_runtime
}

output "web_service_arn" {
  description = "On App Runner; else null."
  value       = one(module.web_on_apprunner[*].service_arn)
}

output "web_service_name" {
  description = "On ECS; else null."
  value       = one(module.web_on_ecs[*].service_name)
}

output "web_log_group_names" {
  description = "App Runner makes its own: the deployment sets how long they are kept."
  value       = local.web.log_group_names
}

output "log_retention_days" {
  value = local.constants.log_retention_days
}

output "cluster_name" {
  value = aws_ecs_cluster.this.name
}

output "worker_service_name" {
  value = module.worker.service_name
}

output "migration_task_definition" {
  value = module.migration.task_definition_arn
}

output "migration_container_name" {
  value = module.migration.container_name
}

output "migration_log_group_name" {
  value = module.migration.log_group_name
}

output "migration_subnet_ids" {
  value = local.network.public_subnet_ids
}

output "migration_security_group_ids" {
  value = [local.groups.migration]
}

output "image_tag" {
  description = "What this state runs, to roll back to."
  value       = var.image_tag

  # A migration that was applied alone has changed nothing of what runs.
  depends_on = [module.worker, module.web_on_apprunner, module.web_on_ecs]
}

output "files_bucket_name" {
  value = module.file_storage.bucket_name
}

output "dns_records" {
  description = "What to enter at the DNS, once."
  value       = concat(local.web.dns_records, module.mail.dns_records)
}
