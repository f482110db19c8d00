import type { ReactNode } from "react";
import { Button } from "./button";
import { DialogActions } from "./dialog";

type FormActionsProps = {
  /** What submitting does, in words. */
  children: ReactNode;
  busy: boolean;
  look?: "primary" | "danger";
  onCancel: () => void;
};

/** The end of a form in a dialog: leave it, or submit it. */
export function FormActions({ children, busy, look = "primary", onCancel }: FormActionsProps) {
  return (
    <DialogActions>
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" look={look} busy={busy}>
        {children}
      </Button>
    </DialogActions>
  );
}
