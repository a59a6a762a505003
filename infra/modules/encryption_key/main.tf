data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  use_actions = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"] # as CloudWatch documents them

  # Access is given by the roles' own policies; AWS services that encrypt for us by themselves are named here.
  account_statement = {
    Sid       = "AccountDecidesByIam"
    Effect    = "Allow"
    Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }
  service_statement = {
    Sid       = "ServicesEncryptForThisAccount"
    Effect    = "Allow"
    Principal = { Service = var.service_principals }
    Action    = local.use_actions
    Resource  = "*" # in a key's policy: this key
    Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
  }
  # CloudWatch Logs names the log group that it encrypts.
  logs_statement = {
    Sid       = "LogsEncryptForThisAccount"
    Effect    = "Allow"
    Principal = { Service = "logs.${data.aws_region.current.region}.amazonaws.com" }
    Action    = local.use_actions
    Resource  = "*"
    Condition = { ArnLike = {
      "kms:EncryptionContext:aws:logs:arn" = "arn:${data.aws_partition.current.partition}:logs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:*"
    } }
  }
}

resource "aws_kms_key" "this" {
  description             = var.description
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [local.account_statement, local.logs_statement],
      [for statement in [local.service_statement] : statement if length(var.service_principals) > 0],
    )
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
