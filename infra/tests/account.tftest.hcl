variables {
  region            = "eu-central-1"
  github_repository = "acme/quittance"
  alarm_email       = "operations@example.com"
}

run "the_state_bucket_is_private_versioned_and_encrypted" {
  command = plan

  module {
    source = "../modules/state_bucket"
  }

  variables {
    name        = "quittance"
    bucket_name = "quittance-terraform-123456789012-eu-central-1"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls,
      aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls,
      aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "states must not be readable by strangers"
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "a broken state must be restorable"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
    error_message = "states must be encrypted"
  }
}

run "each_environment_has_a_role_that_only_its_own_workflows_may_take" {
  command = apply

  module {
    source = "../modules/deploy_roles"
  }

  variables {
    name              = "quittance"
    environments      = ["staging", "production"]
    state_bucket_arn  = "arn:aws:s3:::states"
    state_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/states"
  }

  assert {
    condition = alltrue([for environment, role in aws_iam_role.deploy :
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals == {
        "token.actions.githubusercontent.com:aud" = ["sts.amazonaws.com"]
        "token.actions.githubusercontent.com:sub" = ["repo:acme/quittance:environment:${environment}"]
      }
    ])
    error_message = "a role must be taken only by jobs of its own environment in our repository"
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.deploy["staging"].policy, "production")
    error_message = "staging's role must not reach production"
  }

  assert {
    condition = alltrue([for policy in aws_iam_role_policy.deploy :
      length(setintersection(toset(flatten(jsondecode(policy.policy).Statement[*].Action)), toset([
        "iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "secretsmanager:GetSecretValue", "rds:DeleteDBCluster", "ecs:CreateCluster",
      ]))) == 0
    ])
    error_message = "a workflow must not give itself rights, read secrets or delete the database"
  }
}

run "a_repository_with_a_wildcard_is_refused" {
  command = plan

  module {
    source = "../layers/account"
  }

  variables {
    github_repository = "acme/*"
  }

  expect_failures = [var.github_repository]
}

run "an_address_that_is_none_and_a_budget_of_nothing_are_refused" {
  command = plan

  module {
    source = "../layers/account"
  }

  variables {
    alarm_email        = "operations"
    monthly_budget_usd = 0
  }

  expect_failures = [var.alarm_email, var.monthly_budget_usd]
}
