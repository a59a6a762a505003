locals {
  staging = {
    domain_name     = "staging.invoices.example.com"
    web_runtime     = "apprunner"
    certificate_arn = ""

    mail_domain_name    = "staging.example.com"
    mail_sender_name    = "Quittance staging"
    mail_sender_address = "invoices@staging.example.com"
    alarm_email         = "operations@example.com"

    network_cidr       = "10.41.0.0/16"
    enable_nat_gateway = false
    log_retention_days = 30

    database_engine_version     = "18.7"
    database_instance_count     = 1
    database_min_capacity_acu   = 0
    database_max_capacity_acu   = 2
    database_auto_pause_seconds = 900
    database_backup_days        = 7

    web_cpu_units      = 256
    web_memory_mib     = 512
    web_min_count      = 1
    web_max_count      = 2
    web_max_requests   = 80
    worker_cpu_units   = 256
    worker_memory_mib  = 1024
    worker_count       = 1
    worker_concurrency = 8

    optional_secret_names = toset([])
    app_settings          = tomap({ LOG_LEVEL = "INFO" })
  }
}
