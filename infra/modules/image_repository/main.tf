variable "name" {
  description = "Of the repository."
  type        = string
}

variable "kept_image_count" {
  description = "So many images stay, to roll back to."
  type        = number
  default     = 50
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  # With AWS's own key: an image holds no secret, and a key of ours would have to be opened to every runtime's image puller.
  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Untagged images go after a week"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "The newest ${var.kept_image_count} stay"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.kept_image_count }
        action       = { type = "expire" }
      },
    ]
  })
}

output "repository_arn" {
  value = aws_ecr_repository.this.arn
}

output "repository_name" {
  value = aws_ecr_repository.this.name
}

output "repository_url" {
  value = aws_ecr_repository.this.repository_url
}
