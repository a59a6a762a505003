variables {
  name           = "quittance-test"
  optional_names = ["METRICS_TOKEN"]
}

run "values_are_in_no_state" {
  command = apply

  module {
    source = "../modules/secrets"
  }

  assert {
    condition     = aws_secretsmanager_secret_version.secret_key.secret_string_wo == null && aws_secretsmanager_secret_version.secret_key.secret_string_wo_version == 1
    error_message = "SECRET_KEY is written once and kept by Secrets Manager alone"
  }
}

run "secrets_are_encrypted_and_can_be_brought_back" {
  command = apply

  module {
    source = "../modules/secrets"
  }

  assert {
    condition = alltrue([for secret in concat([aws_secretsmanager_secret.secret_key], values(aws_secretsmanager_secret.optional)) :
      secret.kms_key_id == module.key.arn && secret.recovery_window_in_days == 30
    ])
    error_message = "each is encrypted with our key and recoverable for thirty days"
  }

  assert {
    condition     = keys(output.secret_arns_by_name) == ["METRICS_TOKEN", "SECRET_KEY"]
    error_message = "the service is told of all of them"
  }
}

run "a_name_that_is_no_secret_of_the_application_is_refused" {
  command = plan

  module {
    source = "../modules/secrets"
  }

  variables {
    optional_names = ["LOG_LEVEL"]
  }

  expect_failures = [var.optional_names]
}
