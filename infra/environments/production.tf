locals {
  production = {
    domain_name = "invoices.example.com"
    # "apprunner" only in accounts that had a service before 2026-04-30; "ecs" everywhere, and then certificate_arn is needed.
    web_runtime     = "apprunner"
    certificate_arn = ""

    mail_domain_name    = "example.com"
    mail_sender_name    = "Quittance"
    mail_sender_address = "invoices@example.com"
    alarm_email         = "operations@example.com"

    network_cidr       = "10.40.0.0/16"
    enable_nat_gateway = false # needed on App Runner only, to log in with accounts elsewhere or to send traces
    log_retention_days = 365

    # The application refuses a PostgreSQL without the fix of CVE-2026-120154: 15.20, 16.16, 17.12, 18.7.
    database_engine_version     = "18.7"
    database_instance_count     = 1
    database_min_capacity_acu   = 0.5
    database_max_capacity_acu   = 4
    database_auto_pause_seconds = 900 # counts only where the minimum is 0
    database_backup_days        = 35

    web_cpu_units      = 512
    web_memory_mib     = 1024
    web_min_count      = 1
    web_max_count      = 4
    web_max_requests   = 80 # at once, in one instance; an open live stream is one
    worker_cpu_units   = 256
    worker_memory_mib  = 1024
    worker_count       = 1
    worker_concurrency = 8

    # Such as METRICS_TOKEN, GOOGLE_CLIENT_SECRET: made empty by the layer `secrets`, and in need of a value before the service starts.
    optional_secret_names = toset([])
    # Settings of the application beside those that the service layer derives: see .env.example.
    app_settings = tomap({ LOG_LEVEL = "INFO" })
  }
}
