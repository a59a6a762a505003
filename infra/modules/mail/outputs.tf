output "send_policy" {
  value = data.aws_iam_policy_document.send.json
}

output "dns_records" {
  value = concat(
    [for token in aws_sesv2_email_identity.this.dkim_signing_attributes[0].tokens : { purpose = "mail is ours (DKIM)", name = "${token}._domainkey.${var.domain_name}", type = "CNAME", value = "${token}.dkim.amazonses.com" }],
    [{ purpose = "what receivers do with forgeries (DMARC)", name = "_dmarc.${var.domain_name}", type = "TXT", value = "v=DMARC1; p=quarantine" }],
  )
}
