output "service_name" {
  value = aws_ecs_service.this.name
}

output "dns_records" {
  value = [{ purpose = "the product's address", name = var.domain_name, type = "CNAME", value = aws_lb.this.dns_name }]
}

output "log_group_names" {
  value = [module.task.log_group_name]
}

output "server_error_metric" {
  value = {
    namespace  = "AWS/ApplicationELB"
    name       = "HTTPCode_Target_5XX_Count"
    dimensions = { LoadBalancer = aws_lb.this.arn_suffix }
  }
}

# Up to the first byte, so live streams do not count.
output "latency_metric" {
  value = {
    namespace  = "AWS/ApplicationELB"
    name       = "TargetResponseTime"
    dimensions = { LoadBalancer = aws_lb.this.arn_suffix }
    statistic  = "p95"
    threshold  = 1 # second
  }
}
