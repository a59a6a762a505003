module "environment" {
  source      = "../../environments"
  environment = var.environment
}

locals {
  name      = "quittance-${var.environment}"
  constants = module.environment.constants
  registry  = data.terraform_remote_state.registry.outputs
  network   = data.terraform_remote_state.network.outputs
  database  = data.terraform_remote_state.database.outputs
  secrets   = data.terraform_remote_state.secrets.outputs
  groups    = local.network.security_group_ids_by_name

  web_runtime = coalesce(var.web_runtime, local.constants.web_runtime)
  image_uri   = "${local.registry.repository_url}:${var.image_tag}"
}

module "key" {
  source             = "../../modules/encryption_key"
  name               = "${local.name}-service"
  description        = "Logs, files and notices of ${local.name}"
  service_principals = ["cloudwatch.amazonaws.com"]
}

resource "aws_ecs_cluster" "this" {
  name = local.name
}

module "file_storage" {
  source = "../../modules/file_storage"

  bucket_name = "${local.name}-files-${data.aws_caller_identity.current.account_id}"
  kms_key_arn = module.key.arn
}

module "mail" {
  source = "../../modules/mail"

  name           = local.name
  domain_name    = local.constants.mail_domain_name
  sender_address = local.constants.mail_sender_address
}

module "migration" {
  source = "../../modules/migration"

  name                 = local.name
  image_uri            = local.image_uri
  repository_arn       = local.registry.repository_arn
  settings             = local.migration_settings
  secret_arns_by_name  = local.secrets.secret_arns_by_name
  secrets_kms_key_arn  = local.secrets.kms_key_arn
  master_secret_arn    = local.database.master_secret_arn
  database_kms_key_arn = local.database.kms_key_arn
  log_retention_days   = local.constants.log_retention_days
  log_kms_key_arn      = module.key.arn
}

module "worker" {
  source = "../../modules/worker"

  name                  = local.name
  image_uri             = local.image_uri
  repository_arn        = local.registry.repository_arn
  settings              = local.settings
  secret_arns_by_name   = local.secrets.secret_arns_by_name
  secrets_kms_key_arn   = local.secrets.kms_key_arn
  task_policies_by_name = merge(local.web_policies_by_name, { mail = module.mail.send_policy })
  cluster_arn           = aws_ecs_cluster.this.arn
  subnet_ids            = local.network.public_subnet_ids
  security_group_id     = local.groups.worker
  cpu_units             = local.constants.worker_cpu_units
  memory_mib            = local.constants.worker_memory_mib
  task_count            = local.constants.worker_count
  log_retention_days    = local.constants.log_retention_days
  log_kms_key_arn       = module.key.arn
}

module "web_on_apprunner" {
  source = "../../modules/web_on_apprunner"
  count  = local.web_runtime == "apprunner" ? 1 : 0

  name                  = local.name
  domain_name           = local.constants.domain_name
  image_uri             = local.image_uri
  repository_arn        = local.registry.repository_arn
  settings              = local.settings
  secret_arns_by_name   = local.secrets.secret_arns_by_name
  secrets_kms_key_arn   = local.secrets.kms_key_arn
  task_policies_by_name = local.web_policies_by_name
  subnet_ids            = local.network.private_subnet_ids
  security_group_id     = local.groups.web
  port                  = local.network.web_port
  cpu_units             = local.constants.web_cpu_units
  memory_mib            = local.constants.web_memory_mib
  min_count             = local.constants.web_min_count
  max_count             = local.constants.web_max_count
  max_requests          = local.constants.web_max_requests
}

module "web_on_ecs" {
  source = "../../modules/web_on_ecs"
  count  = local.web_runtime == "ecs" ? 1 : 0

  name                            = local.name
  domain_name                     = local.constants.domain_name
  certificate_arn                 = coalesce(var.certificate_arn, local.constants.certificate_arn, "missing")
  image_uri                       = local.image_uri
  repository_arn                  = local.registry.repository_arn
  settings                        = local.settings
  secret_arns_by_name             = local.secrets.secret_arns_by_name
  secrets_kms_key_arn             = local.secrets.kms_key_arn
  task_policies_by_name           = local.web_policies_by_name
  cluster_arn                     = aws_ecs_cluster.this.arn
  cluster_name                    = aws_ecs_cluster.this.name
  vpc_id                          = local.network.vpc_id
  subnet_ids                      = local.network.public_subnet_ids
  security_group_id               = local.groups.web
  load_balancer_security_group_id = local.groups.load_balancer
  port                            = local.network.web_port
  cpu_units                       = local.constants.web_cpu_units
  memory_mib                      = local.constants.web_memory_mib
  min_count                       = local.constants.web_min_count
  max_count                       = local.constants.web_max_count
  log_retention_days              = local.constants.log_retention_days
  log_kms_key_arn                 = module.key.arn
}

locals {
  web = one(concat(module.web_on_apprunner[*], module.web_on_ecs[*]))
}

module "alarms" {
  source = "../../modules/alarms"

  name                        = local.name
  alarm_email                 = local.constants.alarm_email
  kms_key_arn                 = module.key.arn
  worker_log_group_name       = module.worker.log_group_name
  database_cluster_identifier = local.database.cluster_identifier
  expected_connection_count   = local.expected_connection_count
  server_error_metric         = local.web.server_error_metric
  latency_metric              = local.web.latency_metric
}
