# Runs once before each release, as the owner of the tables: the only one who reads the master password.

module "task" {
  source = "../container_task"

  name                      = var.name
  role                      = "migrate"
  image_uri                 = var.image_uri
  repository_arn            = var.repository_arn
  settings                  = var.settings
  secret_references_by_name = merge(var.secret_arns_by_name, { PGPASSWORD = "${var.master_secret_arn}:password::" })
  readable_secret_arns      = concat(values(var.secret_arns_by_name), [var.master_secret_arn])
  secret_kms_key_arns       = [var.secrets_kms_key_arn, var.database_kms_key_arn]
  cpu_units                 = 256
  memory_mib                = 512
  log_retention_days        = var.log_retention_days
  log_kms_key_arn           = var.log_kms_key_arn
}
