output "repository_arn" {
  value = module.image_repository.repository_arn
}

output "repository_name" {
  value = module.image_repository.repository_name
}

output "repository_url" {
  value = module.image_repository.repository_url
}
