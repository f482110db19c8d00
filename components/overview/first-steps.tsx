"use client";

import { useQuery } from "@tanstack/react-query";
import { Circle, CircleCheck } from "lucide-react";
import Link from "next/link";
import { planQueries } from "@/components/plans/queries";
import { providerQueries } from "@/components/providers/queries";
import { Section } from "@/components/ui/section";

/** What to do on a new installation, one step after the other. */
export function FirstSteps() {
  const { data: providers } = useQuery(providerQueries.list());
  const { data: plans } = useQuery(planQueries.list());
  const steps = [
    {
      href: "/providers",
      title: "Add a provider",
      text: "The account at an AI service that pays for the calls.",
      done: (providers?.items.length ?? 0) > 0,
    },
    {
      href: "/plans",
      title: "Make a plan",
      text: "How much a client may use in a day and a month.",
      done: (plans?.items.length ?? 0) > 0,
    },
    {
      href: "/clients",
      title: "Add a client and give it a key",
      text: "Its app then needs only another base URL and the key.",
      done: false,
    },
  ];

  return (
    <Section title="First steps">
      <ol>
        {steps.map(({ href, title, text, done }) => (
          <li key={href}>
            <Link href={href} className="page-gutter flex gap-3 py-2.5 hover:bg-hover focus-visible:-outline-offset-2">
              {done ? (
                <CircleCheck role="img" aria-label="Done" className="mt-0.5 size-4 shrink-0 text-ok" />
              ) : (
                <Circle role="img" aria-label="To do" className="mt-0.5 size-4 shrink-0 text-faint" />
              )}
              <span>
                <span className="font-medium">{title}</span>
                <span className="block text-muted">{text}</span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
