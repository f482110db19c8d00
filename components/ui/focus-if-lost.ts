/** A `ref` for what takes the place of a control that had the focus: without it the keyboard would be back at the page's beginning. */
export function focusIfLost(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus({ preventScroll: true });
}
