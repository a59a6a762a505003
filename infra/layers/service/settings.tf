# What the application is told, and what it may do.

data "aws_partition" "current" {}

locals {
  database_address = "${local.database.endpoint}:${local.database.port}/${local.database.database_name}"

  # What an environment's app_settings may say otherwise, and what it may not.
  settings = merge({ TRUSTED_PROXY_COUNT = "1" }, local.constants.app_settings, {
    APP_ENV            = "production"
    APP_URL            = "https://${local.constants.domain_name}"
    AWS_REGION         = var.region
    DATABASE_AUTH      = "iam"
    DATABASE_URL       = "postgresql://${local.database.app_role_name}@${local.database_address}"
    LOG_FORMAT         = "json"
    MAIL_SENDER        = "${local.constants.mail_sender_name} <${local.constants.mail_sender_address}>"
    MAIL_TRANSPORT     = "ses"
    WORKER_CONCURRENCY = tostring(local.constants.worker_concurrency)
  })

  # The master password follows as PGPASSWORD, which libpq reads by itself: it stands in no address.
  migration_settings = merge(local.settings, {
    DATABASE_OWNER_URL = "postgresql://${local.database.owner_role_name}@${local.database_address}"
  })

  web_policies_by_name = {
    database = data.aws_iam_policy_document.database.json
    files    = module.file_storage.use_policy
  }

  # One process: pools of 15, 2 and 1, one listener; a worker's queue has up to 11 more. Twice, since releases overlap.
  expected_connection_count = 2 * (20 * local.constants.web_max_count + 30 * max(local.constants.worker_count, 1))
}

data "aws_iam_policy_document" "database" {
  statement {
    sid       = "SignInAsTheApplication"
    actions   = ["rds-db:connect"]
    resources = ["arn:${data.aws_partition.current.partition}:rds-db:${var.region}:${data.aws_caller_identity.current.account_id}:dbuser:${local.database.cluster_resource_id}/${local.database.app_role_name}"]
  }
}
