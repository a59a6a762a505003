# App Runner keeps TLS, scaling and rollback to itself. All that the web itself asks for goes through the private subnets, where only
# the database and S3 answer; image, secrets and logs are App Runner's own affair. The image's CMD is the web: with a start_command
# Terraform would see a difference for ever.

resource "aws_apprunner_vpc_connector" "this" {
  vpc_connector_name = var.name
  subnets            = var.subnet_ids
  security_groups    = [var.security_group_id]
}

resource "aws_apprunner_auto_scaling_configuration_version" "this" {
  auto_scaling_configuration_name = var.name
  min_size                        = var.min_count
  max_size                        = var.max_count
  max_concurrency                 = var.max_requests
}

resource "aws_apprunner_service" "this" {
  service_name                   = "${var.name}-web"
  auto_scaling_configuration_arn = aws_apprunner_auto_scaling_configuration_version.this.arn

  source_configuration {
    auto_deployments_enabled = false

    authentication_configuration {
      access_role_arn = aws_iam_role.pull.arn
    }

    image_repository {
      image_identifier      = var.image_uri
      image_repository_type = "ECR"

      image_configuration {
        port                          = tostring(var.port)
        runtime_environment_variables = var.settings
        runtime_environment_secrets   = var.secret_arns_by_name
      }
    }
  }

  instance_configuration {
    cpu               = tostring(var.cpu_units)
    memory            = tostring(var.memory_mib)
    instance_role_arn = aws_iam_role.instance.arn
  }

  # Liveness: were it readiness, a database that is away would have every instance replaced, over and over.
  health_check_configuration {
    protocol            = "HTTP"
    path                = "/health/live"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 1
    unhealthy_threshold = 3
  }

  network_configuration {
    ingress_configuration {
      is_publicly_accessible = true
    }

    egress_configuration {
      egress_type       = "VPC"
      vpc_connector_arn = aws_apprunner_vpc_connector.this.arn
    }
  }

  depends_on = [aws_iam_role_policy.pull, aws_iam_role_policy.instance]
}

resource "aws_apprunner_custom_domain_association" "this" {
  service_arn          = aws_apprunner_service.this.arn
  domain_name          = var.domain_name
  enable_www_subdomain = false
}
