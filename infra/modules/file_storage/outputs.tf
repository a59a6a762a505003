output "bucket_name" {
  value = aws_s3_bucket.files.bucket
}

output "use_policy" {
  value = data.aws_iam_policy_document.use.json
}
