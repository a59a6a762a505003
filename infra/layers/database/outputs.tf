output "endpoint" {
  value = module.database.endpoint
}

output "port" {
  value = module.database.port
}

output "database_name" {
  value = module.database.database_name
}

output "cluster_identifier" {
  value = module.database.cluster_identifier
}

output "cluster_resource_id" {
  value = module.database.cluster_resource_id
}

output "owner_role_name" {
  value = module.database.owner_role_name
}

output "app_role_name" {
  value = module.database.app_role_name
}

output "master_secret_arn" {
  value = module.database.master_secret_arn
}

output "kms_key_arn" {
  value = module.database.kms_key_arn
}
