# Works through the queue. It has a public address to reach SES, ECR and CloudWatch without a NAT gateway; nothing reaches it.

module "task" {
  source = "../container_task"

  name                      = var.name
  role                      = "worker"
  image_uri                 = var.image_uri
  repository_arn            = var.repository_arn
  settings                  = merge(var.settings, { WORKER_ALIVE_FILE = "/dev/shm/worker-alive" }) # writable in every container
  secret_references_by_name = var.secret_arns_by_name
  readable_secret_arns      = values(var.secret_arns_by_name)
  secret_kms_key_arns       = [var.secrets_kms_key_arn]
  task_policies_by_name     = var.task_policies_by_name
  health_command            = ["python", "-S", "/app/health.py"]
  cpu_units                 = var.cpu_units
  memory_mib                = var.memory_mib
  log_retention_days        = var.log_retention_days
  log_kms_key_arn           = var.log_kms_key_arn
}

resource "aws_ecs_service" "this" {
  name                               = "${var.name}-worker"
  cluster                            = var.cluster_arn
  task_definition                    = module.task.task_definition_arn
  launch_type                        = "FARGATE"
  desired_count                      = var.task_count
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.security_group_id]
    assign_public_ip = true
  }
}
