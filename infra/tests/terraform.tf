# Where `terraform test` begins: the *.tftest.hcl beside this file test the modules and layers one by one.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.66"
    }
  }
}
