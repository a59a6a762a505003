run "tags_are_immutable_and_images_are_scanned_and_forgotten" {
  command = plan

  module {
    source = "../modules/image_repository"
  }

  variables {
    name = "quittance"
  }

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "a tag that was tested must mean the same image for ever"
  }

  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "images must be scanned"
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.selection.countNumber] == [7, 50]
    error_message = "untagged images go after a week, the newest fifty stay"
  }
}

run "a_region_that_is_none_is_refused" {
  command = plan

  module {
    source = "../layers/registry"
  }

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}
