data "aws_iam_policy_document" "trust" {
  for_each = { pull = "build", instance = "tasks" }

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.value}.apprunner.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "pull" {
  name               = "${var.name}-web-start"
  description        = "Fetches the image for the web"
  assume_role_policy = data.aws_iam_policy_document.trust["pull"].json
}

data "aws_iam_policy_document" "pull" {
  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # belongs to no repository
  }

  statement {
    sid       = "PullTheImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }
}

resource "aws_iam_role_policy" "pull" {
  name   = "start"
  role   = aws_iam_role.pull.id
  policy = data.aws_iam_policy_document.pull.json
}

# App Runner has no role of its own for secrets: it reads them as the instance.
resource "aws_iam_role" "instance" {
  name               = "${var.name}-web"
  description        = "What the web may do"
  assume_role_policy = data.aws_iam_policy_document.trust["instance"].json
}

data "aws_iam_policy_document" "secrets" {
  statement {
    sid       = "ReadSecrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = values(var.secret_arns_by_name)
  }

  statement {
    sid       = "OpenSecrets"
    actions   = ["kms:Decrypt"]
    resources = [var.secrets_kms_key_arn]
  }
}

resource "aws_iam_role_policy" "instance" {
  for_each = merge(var.task_policies_by_name, { secrets = data.aws_iam_policy_document.secrets.json })

  name   = each.key
  role   = aws_iam_role.instance.id
  policy = each.value
}
