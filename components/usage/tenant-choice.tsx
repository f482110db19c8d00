import Link from "next/link";

type NamedTenant = { slug: string; name: string };

/** Whose usage this is, and the way to the others for who belongs to several. */
export function TenantChoice({ tenants, current }: { tenants: NamedTenant[]; current: NamedTenant }) {
  if (tenants.length === 1)
    return <p className="page-gutter pt-8 font-medium [overflow-wrap:anywhere]">{current.name}</p>;

  return (
    <nav aria-label="Clients" className="page-gutter flex flex-wrap gap-x-5 gap-y-1 pt-8">
      {tenants.map(({ slug, name }) => (
        <Link
          key={slug}
          href={`/usage?tenant=${slug}`}
          aria-current={slug === current.slug ? "page" : undefined}
          className="rounded-inner text-muted [overflow-wrap:anywhere] hover:text-fg aria-[current=page]:font-medium aria-[current=page]:text-fg"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
