/** What a task does, as its headline. A task without a line here is called by its name. */
const taskWords: Readonly<Record<string, string>> = {
  process_invoice: "Prepare and mail an invoice",
  give_up_sending: "Tell that an invoice was not mailed",
  mark_overdue_invoices: "Mark overdue invoices",
  weekly_report: "Mail the weekly report",
  send_email: "Send a mail",
  send_invitation: "Mail an invitation",
  send_welcome_email: "Mail a welcome",
  send_sign_up_mail: "Mail the link to finish signing up",
  resend_confirmation: "Mail the confirmation again",
  send_password_reset: "Mail the link for a new password",
  send_email_change_mails: "Mail about a changed address",
  send_credential_notice: "Mail a notice about signing in",
  send_impersonation_notice: "Mail a notice about an impersonation",
  send_deletion_mail: "Mail about an account's deletion",
  build_data_export: "Prepare a copy of somebody's data",
  delete_due_accounts: "Delete accounts whose time has come",
  close_due_teams: "Delete teams whose time has come",
  clear_away_links_and_exports: "Clear away expired links and copies",
  daily_cleanup: "Tidy up",
};

export function taskTitle(task: string): string {
  return taskWords[task] ?? humanised(task);
}

function humanised(name: string): string {
  const words = name.replaceAll(/[_.-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
