let menuTrigger: HTMLElement | null = null;

/** A menu names its trigger when it opens: its items vanish before what they open can remember them. */
export function rememberMenuTrigger(trigger: HTMLElement | null): void {
  menuTrigger = trigger;
}

/** Where the focus belongs once a dialog that opens now has closed. */
export function findFocusHome(): HTMLElement | null {
  const active = document.activeElement;
  const isLost =
    !(active instanceof HTMLElement) || active === document.body || active.closest("[role=menu]") !== null;
  return isLost ? menuTrigger : active;
}
