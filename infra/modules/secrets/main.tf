# Values are in no state: SECRET_KEY's is made by Secrets Manager while Terraform applies and written without being kept; the others are
# put in by people, `aws secretsmanager put-secret-value`.

module "key" {
  source      = "../encryption_key"
  name        = "${var.name}-secrets"
  description = "Secrets of ${var.name}"
}

resource "aws_secretsmanager_secret" "secret_key" {
  name                    = "${var.name}/SECRET_KEY"
  description             = "Keys hashes and what is encrypted; docs/operations says how to change it"
  kms_key_id              = module.key.arn
  recovery_window_in_days = 30
}

ephemeral "aws_secretsmanager_random_password" "secret_key" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "secret_key" {
  secret_id                = aws_secretsmanager_secret.secret_key.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.secret_key.random_password
  secret_string_wo_version = 1 # a random value at every run is written only when this changes
}

resource "aws_secretsmanager_secret" "optional" {
  for_each = var.optional_names

  name                    = "${var.name}/${each.key}"
  description             = "Put in by hand"
  kms_key_id              = module.key.arn
  recovery_window_in_days = 30
}
