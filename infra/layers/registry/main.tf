# Once for an account: what was tested on staging is what runs in production, by the same tag.

module "image_repository" {
  source = "../../modules/image_repository"
  name   = "quittance"
}
