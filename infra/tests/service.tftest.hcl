# The modules of layer service that refuse or decide something. What they come to together is in test_environments.py.

variables {
  name                  = "quittance-test"
  domain_name           = "invoices.example.com"
  image_uri             = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/quittance:abc123"
  repository_arn        = "arn:aws:ecr:eu-central-1:123456789012:repository/quittance"
  settings              = { APP_ENV = "production" }
  secret_arns_by_name   = { SECRET_KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key" }
  secrets_kms_key_arn   = "arn:aws:kms:eu-central-1:123456789012:key/secrets"
  log_kms_key_arn       = "arn:aws:kms:eu-central-1:123456789012:key/logs"
  log_retention_days    = 365
  task_policies_by_name = {}
  subnet_ids            = ["subnet-a", "subnet-b"]
  security_group_id     = "sg-own"
  cluster_arn           = "arn:aws:ecs:eu-central-1:123456789012:cluster/quittance-test"
  cluster_name          = "quittance-test"
  vpc_id                = "vpc-test"
  certificate_arn       = "arn:aws:acm:eu-central-1:123456789012:certificate/abc"
  port                  = 8000
  cpu_units             = 512
  memory_mib            = 1024
  min_count             = 1
  max_count             = 4
  max_requests          = 80
  task_count            = 1

  load_balancer_security_group_id = "sg-load-balancer"
}

run "app_runner_runs_the_image_as_it_is_inside_the_network" {
  command = apply

  module {
    source = "../modules/web_on_apprunner"
  }

  assert {
    condition     = one(aws_apprunner_service.this.source_configuration[0].image_repository[0].image_configuration).start_command == null
    error_message = "with a start_command Terraform sees a difference for ever; the image's CMD is the web"
  }

  assert {
    condition     = one(aws_apprunner_service.this.network_configuration[0].egress_configuration).egress_type == "VPC"
    error_message = "the web reaches the database through the VPC connector"
  }

  assert {
    condition     = aws_apprunner_service.this.source_configuration[0].auto_deployments_enabled == false
    error_message = "what runs is decided by a deployment, never by a push"
  }

  assert {
    condition     = one(aws_apprunner_service.this.health_check_configuration).path == "/health/live"
    error_message = "a database that is away must not have instances replaced"
  }
}

run "sizes_that_app_runner_does_not_have_are_refused" {
  command = plan

  module {
    source = "../modules/web_on_apprunner"
  }

  variables {
    cpu_units    = 512
    memory_mib   = 4096
    max_requests = 500
  }

  expect_failures = [var.memory_mib, var.max_requests]
}

run "fewer_at_most_than_at_least_is_refused" {
  command = plan

  module {
    source = "../modules/web_on_apprunner"
  }

  variables {
    min_count = 3
    max_count = 2
  }

  expect_failures = [var.max_count]
}

run "the_load_balancer_speaks_modern_tls_and_sends_http_on" {
  command = apply

  module {
    source = "../modules/web_on_ecs"
  }

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS 1.2 and 1.3 only"
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && one(aws_lb_listener.http.default_action[0].redirect).protocol == "HTTPS"
    error_message = "http must be sent on to https"
  }

  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.enable_deletion_protection && aws_lb.this.idle_timeout < 75
    error_message = "no smuggled headers, no accidental end, and no request into a connection that the web has just closed"
  }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].rollback && aws_ecs_service.this.deployment_minimum_healthy_percent == 100
    error_message = "a release that does not start is taken back, and nobody is without an answer meanwhile"
  }
}

run "ecs_without_a_certificate_is_refused" {
  command = plan

  module {
    source = "../modules/web_on_ecs"
  }

  variables {
    certificate_arn = "missing"
  }

  expect_failures = [var.certificate_arn]
}

run "containers_are_locked_down" {
  command = apply

  module {
    source = "../modules/container_task"
  }

  variables {
    role                      = "worker"
    secret_references_by_name = { SECRET_KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key" }
    readable_secret_arns      = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:key"]
    secret_kms_key_arns       = ["arn:aws:kms:eu-central-1:123456789012:key/secrets"]
  }

  assert {
    condition = alltrue([for container in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      container.readonlyRootFilesystem && container.linuxParameters.capabilities.drop == ["ALL"] && container.stopTimeout > 25
    ])
    error_message = "read-only root, no capabilities, and longer to stop than the worker's own grace of 20 s"
  }

  assert {
    condition     = !can(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck)
    error_message = "no health check unless one is given"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].command == ["worker"]
    error_message = "the image is told what to be by one word"
  }
}

run "a_task_that_fargate_does_not_have_is_refused" {
  command = plan

  module {
    source = "../modules/worker"
  }

  variables {
    task_count = -1
  }

  expect_failures = [var.task_count]
}

run "a_sender_outside_the_domain_is_refused" {
  command = plan

  module {
    source = "../modules/mail"
  }

  variables {
    domain_name    = "example.com"
    sender_address = "invoices@elsewhere.example"
  }

  expect_failures = [var.sender_address]
}
