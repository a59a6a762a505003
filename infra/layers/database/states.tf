# Layers below, by the names that infra/README.md gives their states.

data "aws_caller_identity" "current" {}

locals {
  state_bucket_name = "quittance-terraform-${data.aws_caller_identity.current.account_id}-${var.region}"
}

data "terraform_remote_state" "network" {
  backend = "s3"

  config = {
    bucket = local.state_bucket_name
    key    = "${var.environment}/network.tfstate"
    region = var.region
  }
}
