# GitHub's workflows get short-lived credentials by OIDC, one role for each environment. A role may do what a routine deployment
# does: push an image, register task definitions, update the services. It makes no roles, keys, networks or databases, so a stolen
# workflow cannot raise itself; an administrator applies such changes.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  arn     = { for service in ["apprunner", "ecr", "ecs", "logs"] : service => "arn:${data.aws_partition.current.partition}:${service}:${data.aws_region.current.region}:${local.account}" }
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "trust" {
  for_each = var.environments

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    # Only jobs that GitHub lets into the environment, after its approvals, carry this subject.
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.github_repository}:environment:${each.key}"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  for_each = var.environments

  name                 = "${var.name}-deploy-${each.key}"
  description          = "Routine deployments to ${each.key} from ${var.github_repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600
}

data "aws_iam_policy_document" "deploy" {
  for_each = var.environments

  statement {
    sid       = "ReadStates"
    actions   = ["s3:GetObject"]
    resources = ["${var.state_bucket_arn}/${each.key}/*", "${var.state_bucket_arn}/account/registry.tfstate"]
  }

  statement {
    sid       = "WriteTheServiceState"
    actions   = ["s3:PutObject", "s3:DeleteObject"]
    resources = ["${var.state_bucket_arn}/${each.key}/service.tfstate", "${var.state_bucket_arn}/${each.key}/service.tfstate.tflock"]
  }

  statement {
    sid       = "ListStates"
    actions   = ["s3:ListBucket"]
    resources = [var.state_bucket_arn]
  }

  statement {
    sid       = "OpenStates"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.state_kms_key_arn]
  }

  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # belongs to no repository
  }

  statement {
    sid = "PushImages"
    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
    ]
    resources = ["${local.arn.ecr}:repository/${var.name}"]
  }

  statement {
    sid       = "RegisterTaskDefinitions"
    actions   = ["ecs:DeregisterTaskDefinition", "ecs:RegisterTaskDefinition"]
    resources = ["*"] # the first knows no resource
  }

  statement {
    sid       = "TagTaskDefinitions"
    actions   = ["ecs:TagResource"]
    resources = ["${local.arn.ecs}:task-definition/${var.name}-${each.key}-*:*"]
  }

  statement {
    sid       = "RunMigrations"
    actions   = ["ecs:RunTask"]
    resources = ["${local.arn.ecs}:task-definition/${var.name}-${each.key}-migrate:*"]
  }

  statement {
    sid       = "UpdateServices"
    actions   = ["ecs:StopTask", "ecs:UpdateService"]
    resources = ["${local.arn.ecs}:service/${var.name}-${each.key}/*", "${local.arn.ecs}:task/${var.name}-${each.key}/*"]
  }

  statement {
    sid       = "UpdateTheWeb"
    actions   = ["apprunner:UpdateService"]
    resources = ["${local.arn.apprunner}:service/${var.name}-${each.key}-web/*", "${local.arn.apprunner}:autoscalingconfiguration/${var.name}-${each.key}/*"]
  }

  statement {
    sid       = "GiveTasksTheirRoles"
    actions   = ["iam:PassRole"]
    resources = ["arn:${data.aws_partition.current.partition}:iam::${local.account}:role/${var.name}-${each.key}-*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["build.apprunner.amazonaws.com", "ecs-tasks.amazonaws.com", "tasks.apprunner.amazonaws.com"]
    }
  }

  statement {
    sid       = "KeepAndReadLogs"
    actions   = ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:PutRetentionPolicy"]
    resources = ["${local.arn.logs}:log-group:/aws/apprunner/${var.name}-${each.key}-web/*", "${local.arn.logs}:log-group:/${var.name}-${each.key}/*"]
  }

  statement {
    sid = "CompareWithWhatIsThere"
    actions = [
      "application-autoscaling:Describe*", "application-autoscaling:ListTagsForResource",
      "apprunner:Describe*", "apprunner:List*",
      "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource",
      "ecs:Describe*", "ecs:List*",
      "elasticloadbalancing:Describe*",
      "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:ListRoleTags",
      "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListResourceTags",
      "logs:Describe*", "logs:ListTagsForResource",
      "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration",
      "ses:GetConfigurationSet", "ses:GetEmailIdentity", "ses:ListTagsForResource",
      "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "deploy" {
  for_each = var.environments

  name   = "deploy"
  role   = aws_iam_role.deploy[each.key].id
  policy = data.aws_iam_policy_document.deploy[each.key].json
}
