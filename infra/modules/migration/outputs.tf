output "task_definition_arn" {
  value = module.task.task_definition_arn
}

output "container_name" {
  value = module.task.container_name
}

output "log_group_name" {
  value = module.task.log_group_name
}
