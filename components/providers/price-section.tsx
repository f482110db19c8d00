"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { messageOf } from "@/components/ui/message-of";
import { Section } from "@/components/ui/section";
import { showToast } from "@/components/ui/toast";
import type { ModelPrice } from "@/lib/prices/schema";
import type { Provider } from "@/lib/providers/schema";
import { EndPriceDialog } from "./end-price-dialog";
import { PriceFormDialog } from "./price-form-dialog";
import { type PriceAction, PriceTable } from "./price-table";
import { providerQueries } from "./queries";
import { useProviderChanges } from "./use-provider-changes";

type Open = { what: "add" } | { what: PriceAction; price: ModelPrice } | null;

/** What the agency pays the provider, where it is not what the bundled price list says. */
export function PriceSection({ provider }: { provider: Provider }) {
  const { data, error, refetch } = useQuery(providerQueries.prices(provider.id));
  const { updatePrice } = useProviderChanges();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const addPrice = useCanEdit() && (
    <Button onClick={() => setOpen({ what: "add" })}>
      <Plus aria-hidden="true" />
      Add price
    </Button>
  );

  async function act(what: PriceAction, price: ModelPrice) {
    if (what !== "reopen") return setOpen({ what, price });
    await updatePrice(price, { validTo: null }).then(
      () => showToast({ title: `The price of ${price.modelPattern} goes on` }),
      (failure: unknown) => showToast({ title: messageOf(failure), tone: "over" }),
    );
  }

  return (
    <Section title="Prices for a million tokens" actions={data?.items.length !== 0 && addPrice}>
      {error && !data ? (
        <ErrorState title="The prices could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <PriceTable
          prices={data?.items}
          onAction={act}
          empty={
            <EmptyState title="No prices of your own" action={addPrice}>
              Calls cost what the bundled price list says. A model that is not in it is unpriced until you add its
              price.
            </EmptyState>
          }
        />
      )}
      {open?.what === "add" && <PriceFormDialog provider={provider} onClose={close} />}
      {open?.what === "follow" && <PriceFormDialog provider={provider} after={open.price} onClose={close} />}
      {open?.what === "edit" && <PriceFormDialog provider={provider} price={open.price} onClose={close} />}
      {open?.what === "end" && <EndPriceDialog price={open.price} onClose={close} />}
      {open?.what === "delete" && <DeletePriceDialog price={open.price} onClose={close} />}
    </Section>
  );
}

function DeletePriceDialog({ price, onClose }: { price: ModelPrice; onClose: () => void }) {
  const { removePrice } = useProviderChanges();

  async function confirm() {
    await removePrice(price);
    showToast({ title: `The price of ${price.modelPattern} is deleted` });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete the price of ${price.modelPattern}?`}
      action="Delete price"
      onConfirm={confirm}
    >
      <p>It has not begun, so no call has cost it. The price that counts now goes on.</p>
    </ConfirmDialog>
  );
}
