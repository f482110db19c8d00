"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button";
import { showToast } from "./toast";

type CopyButtonProps = {
  text: string;
  /** What is copied, for the button's name: `secret`. */
  what?: string;
  look?: "secondary" | "quiet" | "primary";
};

const shownMs = 2_000;

export function CopyButton({ text, what, look = "secondary" }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      showToast({
        title: "Could not copy",
        description: "The browser refused. Select the text and copy it by hand.",
        tone: "over",
      });
    }
  }

  return (
    <>
      <Button look={look} onClick={copy} aria-label={what ? `Copy ${what}` : "Copy"}>
        {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
        Copy
      </Button>
      <span role="status" className="sr-only">
        {copied && "Copied"}
      </span>
    </>
  );
}
