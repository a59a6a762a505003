# What an operator may type wrong; what layer service refuses is in test_environments.py.

variables {
  region      = "eu-central-1"
  environment = "staging"
}

run "an_environment_that_is_none_is_refused" {
  command = plan

  module {
    source = "../layers/network"
  }

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}
