# Once for an account: where states are kept, who may deploy, and what it may cost. How to apply it before the bucket is there:
# infra/README.md.

data "aws_caller_identity" "current" {}

module "state_bucket" {
  source      = "../../modules/state_bucket"
  name        = "quittance"
  bucket_name = "quittance-terraform-${data.aws_caller_identity.current.account_id}-${var.region}"
}

module "deploy_roles" {
  source            = "../../modules/deploy_roles"
  name              = "quittance"
  environments      = ["staging", "production"]
  github_repository = var.github_repository
  state_bucket_arn  = module.state_bucket.bucket_arn
  state_kms_key_arn = module.state_bucket.kms_key_arn
}

module "budget" {
  source            = "../../modules/budget"
  name              = "quittance"
  monthly_limit_usd = var.monthly_budget_usd
  alarm_email       = var.alarm_email
}
