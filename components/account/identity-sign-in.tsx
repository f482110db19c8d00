"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";

type IdentitySignInProps = {
  /** The agency's identity provider. */
  name: string;
  returnTo: string;
  /** With which the identity provider, or the way back from it, ended. */
  error: string | null;
};

/** The way in by the agency's identity provider. */
export function IdentitySignIn({ name, returnTo, error }: IdentitySignInProps) {
  const [busy, setBusy] = useState(false);

  async function go() {
    setBusy(true);
    await signIn("oidc", { callbackUrl: returnTo });
  }

  return (
    <div className="mb-6 grid gap-4">
      <FormErrorSummary message={error && reasonOf(error, name)} />
      <Button size="large" busy={busy} onClick={go}>
        Continue with {name}
      </Button>
      <p className="flex items-center gap-3 text-muted before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
        or
      </p>
    </div>
  );
}

function reasonOf(error: string, name: string): string {
  if (error === "AccessDenied")
    return `Nobody was invited under an address that ${name} vouches for. Ask whoever runs this console for an invitation.`;
  return `${name} could not sign you in. Try again, or use your password.`;
}
