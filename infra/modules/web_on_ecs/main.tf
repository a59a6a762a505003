module "task" {
  source = "../container_task"

  name                      = var.name
  role                      = "web"
  image_uri                 = var.image_uri
  repository_arn            = var.repository_arn
  settings                  = var.settings
  secret_references_by_name = var.secret_arns_by_name
  readable_secret_arns      = values(var.secret_arns_by_name)
  secret_kms_key_arns       = [var.secrets_kms_key_arn]
  task_policies_by_name     = var.task_policies_by_name
  ports                     = [var.port]
  cpu_units                 = var.cpu_units
  memory_mib                = var.memory_mib
  log_retention_days        = var.log_retention_days
  log_kms_key_arn           = var.log_kms_key_arn
}

resource "aws_ecs_service" "this" {
  name                               = "${var.name}-web"
  cluster                            = var.cluster_arn
  task_definition                    = module.task.task_definition_arn
  launch_type                        = "FARGATE"
  desired_count                      = var.min_count
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  health_check_grace_period_seconds  = 60
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # A public address to pull the image without a NAT gateway; only the load balancer reaches it.
  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = module.task.container_name
    container_port   = var.port
  }

  # Autoscaling decides from here on.
  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_lb_listener.https]
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${aws_ecs_service.this.name}"
  min_capacity       = var.min_count
  max_capacity       = var.max_count
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "${var.name}-web-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
