variables {
  name               = "quittance-test"
  subnet_ids         = ["subnet-a", "subnet-b"]
  security_group_id  = "sg-database"
  port               = 5432
  engine_version     = "18.7"
  instance_count     = 1
  min_capacity_acu   = 0.5
  max_capacity_acu   = 4
  auto_pause_seconds = 900
  backup_days        = 35
  log_retention_days = 365
}

run "it_is_private_encrypted_backed_up_and_protected" {
  command = apply

  module {
    source = "../modules/database"
  }

  assert {
    condition     = alltrue([for instance in aws_rds_cluster_instance.this : instance.publicly_accessible == false])
    error_message = "the database must never have a public address"
  }

  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && aws_rds_cluster.this.kms_key_id == module.key.arn
    error_message = "data and backups must be encrypted with our key"
  }

  assert {
    condition     = aws_rds_cluster.this.backup_retention_period == 35 && aws_rds_cluster.this.copy_tags_to_snapshot && aws_rds_cluster.this.skip_final_snapshot == false
    error_message = "backups must be kept, and a last one made"
  }

  assert {
    condition     = aws_rds_cluster.this.deletion_protection
    error_message = "the database must refuse to be deleted"
  }

  assert {
    condition     = one(aws_rds_cluster_parameter_group.this.parameter).name == "rds.force_ssl" && one(aws_rds_cluster_parameter_group.this.parameter).value == "1"
    error_message = "connections without TLS must be refused"
  }

  assert {
    condition     = aws_rds_cluster_parameter_group.this.family == "aurora-postgresql18" && aws_rds_cluster.this.engine_version == "18.7"
    error_message = "parameters are of the same major version"
  }
}

run "nobody_knows_a_password" {
  command = apply

  module {
    source = "../modules/database"
  }

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password && aws_rds_cluster.this.master_password == null && aws_rds_cluster.this.master_user_secret_kms_key_id == module.key.arn
    error_message = "RDS makes, keeps and rotates the master password"
  }

  assert {
    condition     = aws_rds_cluster.this.iam_database_authentication_enabled
    error_message = "the application signs in by IAM"
  }
}

run "its_log_is_exported_kept_and_encrypted" {
  command = apply

  module {
    source = "../modules/database"
  }

  assert {
    condition     = contains(aws_rds_cluster.this.enabled_cloudwatch_logs_exports, "postgresql") && aws_cloudwatch_log_group.postgresql.name == "/aws/rds/cluster/quittance-test/postgresql"
    error_message = "PostgreSQL's log goes to the group that is kept for so long and no longer"
  }

  assert {
    condition     = aws_cloudwatch_log_group.postgresql.retention_in_days == 365 && aws_cloudwatch_log_group.postgresql.kms_key_id == module.key.arn
    error_message = "it is kept for a year, encrypted"
  }
}

run "one_that_never_pauses_has_no_time_to_pause" {
  command = plan

  module {
    source = "../modules/database"
  }

  assert {
    condition     = local.seconds_until_auto_pause == null
    error_message = "RDS refuses seconds_until_auto_pause where the minimum is above 0"
  }
}

run "one_that_may_pause_says_when" {
  command = plan

  module {
    source = "../modules/database"
  }

  variables {
    min_capacity_acu = 0
  }

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].seconds_until_auto_pause == 900
    error_message = "it pauses after a quarter of an hour"
  }
}

run "a_version_with_the_bypass_of_row_level_security_is_refused" {
  command = plan

  module {
    source = "../modules/database"
  }

  variables {
    engine_version = "18.6"
  }

  expect_failures = [var.engine_version]
}

run "a_version_without_a_minor_and_one_of_an_unknown_major_are_refused" {
  command = plan

  module {
    source = "../modules/database"
  }

  variables {
    engine_version = "14.99"
  }

  expect_failures = [var.engine_version]
}

run "sizes_that_aurora_does_not_have_are_refused" {
  command = plan

  module {
    source = "../modules/database"
  }

  variables {
    min_capacity_acu = 0.7
  }

  expect_failures = [var.min_capacity_acu]
}

run "a_largest_size_below_the_smallest_is_refused" {
  command = plan

  module {
    source = "../modules/database"
  }

  variables {
    min_capacity_acu = 4
    max_capacity_acu = 2
  }

  expect_failures = [var.max_capacity_acu]
}

run "too_few_backups_zones_or_instances_are_refused" {
  command = plan

  module {
    source = "../modules/database"
  }

  variables {
    backup_days        = 1
    subnet_ids         = ["subnet-a"]
    instance_count     = 0
    auto_pause_seconds = 60
  }

  expect_failures = [var.backup_days, var.subnet_ids, var.instance_count, var.auto_pause_seconds]
}
