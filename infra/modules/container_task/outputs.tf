output "task_definition_arn" {
  value = aws_ecs_task_definition.this.arn
}

output "container_name" {
  value = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].name
}

output "log_group_name" {
  value = aws_cloudwatch_log_group.this.name
}
