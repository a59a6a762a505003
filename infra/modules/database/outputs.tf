output "endpoint" {
  value = aws_rds_cluster.this.endpoint
}

output "port" {
  value = aws_rds_cluster.this.port
}

output "database_name" {
  value = aws_rds_cluster.this.database_name
}

output "cluster_identifier" {
  value = aws_rds_cluster.this.cluster_identifier
}

output "cluster_resource_id" {
  value = aws_rds_cluster.this.cluster_resource_id
}

output "owner_role_name" {
  value = aws_rds_cluster.this.master_username
}

output "app_role_name" {
  value = "quittance_app"
}

output "master_secret_arn" {
  value = aws_rds_cluster.this.master_user_secret[0].secret_arn
}

output "kms_key_arn" {
  value = module.key.arn
}
