"""The letters that the product writes, each as subject, text and HTML."""

from app.lib.mail_templates.letters import (
    CurrencyReport,
    Letter,
    render_invoice,
    render_plain,
    render_weekly_report,
    render_welcome,
)

__all__ = [
    "CurrencyReport",
    "Letter",
    "render_invoice",
    "render_plain",
    "render_weekly_report",
    "render_welcome",
]
