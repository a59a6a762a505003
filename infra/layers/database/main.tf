module "environment" {
  source      = "../../environments"
  environment = var.environment
}

locals {
  name      = "quittance-${var.environment}"
  constants = module.environment.constants
}

module "database" {
  source = "../../modules/database"

  name               = local.name
  subnet_ids         = data.terraform_remote_state.network.outputs.private_subnet_ids
  security_group_id  = data.terraform_remote_state.network.outputs.security_group_ids_by_name.database
  port               = data.terraform_remote_state.network.outputs.database_port
  engine_version     = local.constants.database_engine_version
  instance_count     = local.constants.database_instance_count
  min_capacity_acu   = local.constants.database_min_capacity_acu
  max_capacity_acu   = local.constants.database_max_capacity_acu
  auto_pause_seconds = local.constants.database_auto_pause_seconds
  backup_days        = local.constants.database_backup_days
  log_retention_days = local.constants.log_retention_days
}
