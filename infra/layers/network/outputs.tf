output "vpc_id" {
  value = module.network.vpc_id
}

output "public_subnet_ids" {
  value = module.network.public_subnet_ids
}

output "private_subnet_ids" {
  value = module.network.private_subnet_ids
}

output "database_port" {
  value = module.network.database_port
}

output "web_port" {
  value = module.network.web_port
}

output "security_group_ids_by_name" {
  description = "load_balancer, web, worker, migration and database."
  value       = module.network.security_group_ids_by_name
}
