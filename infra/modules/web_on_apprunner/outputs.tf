output "service_arn" {
  value = aws_apprunner_service.this.arn
}

output "direct_url" {
  value = "https://${aws_apprunner_service.this.service_url}"
}

output "dns_records" {
  value = concat(
    [{ purpose = "the product's address", name = var.domain_name, type = "CNAME", value = aws_apprunner_custom_domain_association.this.dns_target }],
    [for record in aws_apprunner_custom_domain_association.this.certificate_validation_records : { purpose = "its certificate", name = record.name, type = record.type, value = record.value }],
  )
}

# App Runner makes them itself and keeps them for ever unless it is told otherwise.
output "log_group_names" {
  value = [for kind in ["application", "service"] : "/aws/apprunner/${aws_apprunner_service.this.service_name}/${aws_apprunner_service.this.service_id}/${kind}"]
}

output "server_error_metric" {
  value = {
    namespace  = "AWS/AppRunner"
    name       = "5xxStatusResponses"
    dimensions = { ServiceName = aws_apprunner_service.this.service_name, ServiceID = aws_apprunner_service.this.service_id }
  }
}

# Up to the last byte, so the hundred seconds of a live stream count: the median, not a high percentile.
output "latency_metric" {
  value = {
    namespace  = "AWS/AppRunner"
    name       = "RequestLatency"
    dimensions = { ServiceName = aws_apprunner_service.this.service_name, ServiceID = aws_apprunner_service.this.service_id }
    statistic  = "p50"
    threshold  = 1000 # milliseconds
  }
}
