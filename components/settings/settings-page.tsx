"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "@/components/shell/page-header";
import { useIsOwner } from "@/components/shell/viewer";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { AlertSection } from "./alert-section";
import { LogoSection } from "./logo-section";
import { settingsQueries } from "./queries";
import { RetentionSection } from "./retention-section";
import { SettingsFacts } from "./settings-facts";
import { SettingsForm } from "./settings-form";
import { TokenSection } from "./token-section";

export function SettingsPage() {
  const isOwner = useIsOwner();
  const { data: settings, error, refetch } = useQuery(settingsQueries.settings());

  return (
    <>
      <PageHeader title="Settings">
        {isOwner ? "What holds for the whole agency." : "What holds for the whole agency. Only the owner changes it."}
      </PageHeader>
      <div className="border-t border-line">
        <Section title="Agency">
          <div className="page-gutter">
            {error && !settings ? (
              <ErrorState title="The settings could not be loaded" error={error} onRetry={refetch} />
            ) : (
              settings && (isOwner ? <SettingsForm settings={settings} /> : <SettingsFacts settings={settings} />)
            )}
          </div>
        </Section>
        {isOwner && <LogoSection />}
        <AlertSection />
        <RetentionSection />
        <TokenSection />
      </div>
    </>
  );
}
