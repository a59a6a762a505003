output "bucket_arn" {
  value = aws_s3_bucket.state.arn
}

output "bucket_name" {
  value = aws_s3_bucket.state.bucket
}

output "kms_key_arn" {
  value = module.key.arn
}
