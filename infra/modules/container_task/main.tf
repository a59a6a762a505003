# One kind of container on Fargate: its log, its two roles and its task definition. The execution role fetches image and secrets before
# the container starts; the task role is what the program inside may do.

data "aws_region" "current" {}

locals {
  # ECS does not read the image's HEALTHCHECK.
  health_checks = { for key, command in { healthCheck = var.health_command } : key => {
    command = concat(["CMD"], command), interval = 10, timeout = 5, retries = 3, startPeriod = 60
  } if length(command) > 0 }

  container = merge(local.health_checks, {
    name                   = var.role
    image                  = var.image_uri
    command                = [var.role]
    essential              = true
    readonlyRootFilesystem = true
    stopTimeout            = var.stop_timeout_seconds
    environment            = [for name, value in var.settings : { name = name, value = value }]
    secrets                = [for name, reference in var.secret_references_by_name : { name = name, valueFrom = reference }]
    portMappings           = [for port in var.ports : { containerPort = port, protocol = "tcp" }]
    mountPoints            = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = var.role
      }
    }
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/${var.role}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-${var.role}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu_units
  memory                   = var.memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode([local.container])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  # The root file system is read-only. What Fargate mounts here belongs to root, unless the image declares /tmp as a VOLUME; nothing of
  # ours needs more than /dev/shm.
  volume {
    name = "scratch"
  }
}
