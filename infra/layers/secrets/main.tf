module "environment" {
  source      = "../../environments"
  environment = var.environment
}

locals {
  name      = "quittance-${var.environment}"
  constants = module.environment.constants
}

module "secrets" {
  source = "../../modules/secrets"

  name           = local.name
  optional_names = local.constants.optional_secret_names
}
