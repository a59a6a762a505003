/** For who signs in by an account elsewhere and has nothing to show here. */
export function StepUpByProvider() {
  return (
    <p className="text-sm">
      You sign in with an account elsewhere. Log out, log in with it again, and make this change within ten
      minutes. Nothing was changed.
    </p>
  );
}
