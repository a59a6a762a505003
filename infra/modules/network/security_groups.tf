# Who may talk to whom. Only the load balancer hears the internet, and only tasks hear the load balancer; the database hears three groups.

locals {
  groups = {
    load_balancer = "The load balancer of the web on ECS"
    web           = "Web processes"
    worker        = "Workers"
    migration     = "The migration task"
    database      = "The database"
  }
  database_clients = toset(["web", "worker", "migration"])
}

resource "aws_security_group" "this" {
  for_each = local.groups

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-${replace(each.key, "_", "-")}" }
}

resource "aws_vpc_security_group_ingress_rule" "internet_to_load_balancer" {
  for_each = { https = 443, http = 80 }

  security_group_id = aws_security_group.this["load_balancer"].id
  description       = each.key == "https" ? "Visitors" : "Visitors, who are sent on to https"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_web" {
  security_group_id            = aws_security_group.this["load_balancer"].id
  description                  = "Requests and health checks"
  ip_protocol                  = "tcp"
  from_port                    = var.web_port
  to_port                      = var.web_port
  referenced_security_group_id = aws_security_group.this["web"].id
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_to_web" {
  security_group_id            = aws_security_group.this["web"].id
  description                  = "Requests and health checks"
  ip_protocol                  = "tcp"
  from_port                    = var.web_port
  to_port                      = var.web_port
  referenced_security_group_id = aws_security_group.this["load_balancer"].id
}

resource "aws_vpc_security_group_egress_rule" "to_database" {
  for_each = local.database_clients

  security_group_id            = aws_security_group.this[each.key].id
  description                  = "PostgreSQL"
  ip_protocol                  = "tcp"
  from_port                    = var.database_port
  to_port                      = var.database_port
  referenced_security_group_id = aws_security_group.this["database"].id
}

resource "aws_vpc_security_group_ingress_rule" "to_database" {
  for_each = local.database_clients

  security_group_id            = aws_security_group.this["database"].id
  description                  = "PostgreSQL from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = var.database_port
  to_port                      = var.database_port
  referenced_security_group_id = aws_security_group.this[each.key].id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = local.database_clients

  security_group_id = aws_security_group.this[each.key].id
  description       = "AWS with S3, identity providers, a collector of traces"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
