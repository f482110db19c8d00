"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useViewer } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { FormErrorSummary } from "@/components/ui/field";
import { messageOf } from "@/components/ui/message-of";
import { Section } from "@/components/ui/section";
import { showToast } from "@/components/ui/toast";
import { useSettingsChanges } from "./use-settings-changes";

const mostBytes = 256 * 1024;

/** The agency's picture, on its own pages and its clients'. */
export function LogoSection() {
  const { logo } = useViewer().agency;
  const { putLogo, removeLogo } = useSettingsChanges();
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function change(work: Promise<unknown>, said: string) {
    setFailure(null);
    setBusy(true);
    try {
      await work;
      // It stands in the sidebar, which the server renders.
      router.refresh();
      showToast({ title: said });
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  function choose(file: File | undefined) {
    if (file === undefined) return;
    if (file.size > mostBytes) setFailure("A logo has at most 256 KB.");
    else void change(putLogo(file), "The logo is changed");
  }

  return (
    <Section title="Logo">
      <div className="page-gutter grid max-w-xl gap-3">
        <FormErrorSummary message={failure} />
        <div className="flex flex-wrap items-center gap-4">
          {logo && (
            <img
              src={logo}
              alt="Your logo"
              className="h-12 max-w-48 rounded-inner border border-line bg-plate object-contain p-1"
            />
          )}
          <input
            ref={input}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            aria-label="Logo file"
            tabIndex={-1}
            className="sr-only"
            onChange={(event) => {
              choose(event.target.files?.[0]);
              // So that the same file can be chosen again.
              event.target.value = "";
            }}
          />
          <Button busy={busy} onClick={() => input.current?.click()}>
            {logo ? "Choose another" : "Choose a picture"}
          </Button>
          {logo && (
            <Button look="quiet" busy={busy} onClick={() => void change(removeLogo(), "The logo is removed")}>
              Remove
            </Button>
          )}
        </div>
        <p className="text-caption text-muted">
          PNG, JPEG or WebP, at most 256 KB and 2,000 pixels either way. Your clients see it on their page and at
          sign-in.
        </p>
      </div>
    </Section>
  );
}
