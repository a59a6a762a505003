module "environment" {
  source      = "../../environments"
  environment = var.environment
}

locals {
  name      = "quittance-${var.environment}"
  constants = module.environment.constants
}

module "network" {
  source = "../../modules/network"

  name               = local.name
  network_cidr       = local.constants.network_cidr
  enable_nat_gateway = local.constants.enable_nat_gateway
  log_retention_days = local.constants.log_retention_days
}
