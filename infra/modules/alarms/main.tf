# Whoever is on call is told by mail of what a visitor would notice, and of what will be noticed soon.

data "aws_caller_identity" "current" {}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# The line that workers log every minute: backend/app/observing/queue_figures.py.
resource "aws_cloudwatch_log_metric_filter" "queue" {
  for_each = { QueueAgeSeconds = "oldest_waiting_seconds", DeadJobs = "dead" }

  name           = "${var.name}-${each.value}"
  log_group_name = var.worker_log_group_name
  pattern        = "{ $.event = \"queue_figures\" }"

  metric_transformation {
    namespace = local.namespace
    name      = each.key
    value     = "$.${each.value}"
  }
}

locals {
  namespace = "Quittance/${var.name}"
  database  = { DBClusterIdentifier = var.database_cluster_identifier }

  alarms = {
    server-errors = {
      description = "More than five answers in five minutes were the server's fault"
      namespace   = var.server_error_metric.namespace
      metric      = var.server_error_metric.name
      dimensions  = var.server_error_metric.dimensions
      statistic   = "Sum", threshold = 5, periods = 1, missing = "notBreaching"
    }
    latency = {
      description = "Answers have taken more than a second for a quarter of an hour"
      namespace   = var.latency_metric.namespace
      metric      = var.latency_metric.name
      dimensions  = var.latency_metric.dimensions
      statistic   = var.latency_metric.statistic, threshold = var.latency_metric.threshold, periods = 3, missing = "notBreaching"
    }
    queue-age = {
      description = "A job has waited for five minutes, or no worker has said anything for ten"
      namespace   = local.namespace
      metric      = "QueueAgeSeconds"
      dimensions  = {}
      statistic   = "Maximum", threshold = 300, periods = 2, missing = "breaching"
    }
    dead-jobs = {
      description = "Jobs were given up: mend the cause and replay them in the console"
      namespace   = local.namespace
      metric      = "DeadJobs"
      dimensions  = {}
      statistic   = "Maximum", threshold = 0, periods = 1, missing = "notBreaching"
    }
    database-cpu = {
      description = "The database has been busy for a quarter of an hour"
      namespace   = "AWS/RDS"
      metric      = "CPUUtilization"
      dimensions  = local.database
      statistic   = "Average", threshold = 80, periods = 3, missing = "notBreaching"
    }
    database-capacity = {
      description = "The database has been at nine tenths of its largest size for a quarter of an hour: raise database_max_capacity_acu"
      namespace   = "AWS/RDS"
      metric      = "ACUUtilization"
      dimensions  = local.database
      statistic   = "Average", threshold = 90, periods = 3, missing = "notBreaching"
    }
    database-connections = {
      description = "More connections than all processes together should open"
      namespace   = "AWS/RDS"
      metric      = "DatabaseConnections"
      dimensions  = local.database
      statistic   = "Maximum", threshold = var.expected_connection_count, periods = 1, missing = "notBreaching"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
