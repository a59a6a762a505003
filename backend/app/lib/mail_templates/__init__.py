"""The letters that the product writes, each as subject, text and HTML."""

from app.lib.mail_templates.account_letters import (
    render_account_deletion_requested,
    render_email_change_current,
    render_email_change_known_address,
    render_email_change_new,
    render_export_ready,
    render_reset_password,
    render_sign_up_known_address,
    render_verify_email,
)
from app.lib.mail_templates.letters import (
    CurrencyReport,
    render_invoice,
    render_plain,
    render_weekly_report,
    render_welcome,
)
from app.lib.mail_templates.rendering import Letter
from app.lib.mail_templates.security_notices import (
    CredentialChange,
    Origin,
    render_credential_changed,
    render_impersonation_started,
)
from app.lib.mail_templates.team_letters import (
    render_invitation,
    render_invitation_accepted,
    render_invitation_declined,
    render_member_removed,
    render_owner_added,
    render_ownership_transferred,
    render_team_deletion_called_off,
    render_team_deletion_requested,
)

__all__ = [
    "CredentialChange",
    "CurrencyReport",
    "Letter",
    "Origin",
    "render_account_deletion_requested",
    "render_credential_changed",
    "render_email_change_current",
    "render_email_change_known_address",
    "render_email_change_new",
    "render_export_ready",
    "render_impersonation_started",
    "render_invitation",
    "render_invitation_accepted",
    "render_invitation_declined",
    "render_invoice",
    "render_member_removed",
    "render_owner_added",
    "render_ownership_transferred",
    "render_plain",
    "render_reset_password",
    "render_sign_up_known_address",
    "render_team_deletion_called_off",
    "render_team_deletion_requested",
    "render_verify_email",
    "render_weekly_report",
    "render_welcome",
]
