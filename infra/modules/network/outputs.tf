output "vpc_id" {
  value = aws_vpc.this.id
}

output "public_subnet_ids" {
  value = [for subnet in aws_subnet.public : subnet.id]
}

output "private_subnet_ids" {
  value = [for subnet in aws_subnet.private : subnet.id]
}

output "security_group_ids_by_name" {
  value = { for name, group in aws_security_group.this : name => group.id }
}

output "database_port" {
  value = var.database_port
}

output "web_port" {
  value = var.web_port
}
