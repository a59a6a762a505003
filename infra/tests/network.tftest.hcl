variables {
  name               = "quittance-test"
  network_cidr       = "10.40.0.0/16"
  enable_nat_gateway = false
  log_retention_days = 365
}

run "nothing_but_the_load_balancer_hears_the_internet" {
  command = apply

  module {
    source = "../modules/network"
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.to_database : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.prefix_list_id == null])
    error_message = "the database must hear security groups only, never addresses"
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.to_database : rule.referenced_security_group_id]) == toset([for name in ["web", "worker", "migration"] : aws_security_group.this[name].id])
    error_message = "the database must hear web, worker and migration, and nobody else"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer_to_web.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.load_balancer_to_web.security_group_id == aws_security_group.this["web"].id
    error_message = "the web must hear the load balancer only"
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.internet_to_load_balancer : rule.security_group_id == aws_security_group.this["load_balancer"].id])
    error_message = "only the load balancer may hear everybody"
  }
}

run "private_subnets_have_no_way_out" {
  command = plan

  module {
    source = "../modules/network"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.nat) == 0
    error_message = "no NAT gateway unless it is asked for"
  }

  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : subnet.map_public_ip_on_launch == false])
    error_message = "nothing gets a public address unasked"
  }

  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : subnet.cidr_block])) == 4
    error_message = "two zones with a public and a private subnet each"
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway"
    error_message = "S3 is reached through its gateway, which costs nothing"
  }
}

run "a_nat_gateway_is_there_when_it_is_asked_for" {
  command = plan

  module {
    source = "../modules/network"
  }

  variables {
    enable_nat_gateway = true
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && aws_route.nat[0].destination_cidr_block == "0.0.0.0/0"
    error_message = "private subnets reach the internet through it"
  }
}

run "flow_logs_are_written_kept_and_encrypted" {
  command = apply

  module {
    source = "../modules/network"
  }

  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flow.retention_in_days == 365 && aws_cloudwatch_log_group.flow.kms_key_id == module.key.arn
    error_message = "who talked to whom must be known for a year"
  }
}

run "a_range_that_cannot_be_divided_is_refused" {
  command = plan

  module {
    source = "../modules/network"
  }

  variables {
    network_cidr = "10.40.0.0/24"
  }

  expect_failures = [var.network_cidr]
}
