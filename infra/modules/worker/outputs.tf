output "service_name" {
  value = aws_ecs_service.this.name
}

output "log_group_name" {
  value = module.task.log_group_name
}
