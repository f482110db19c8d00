import { prisma } from "../db/client";

const looksAt = 300;

/** The models that a client lately got words from at a provider, the one that it asked most often first. */
export async function listModelsInUse({
  tenantId,
  provider,
}: {
  tenantId: string;
  provider: string;
}): Promise<string[]> {
  const rows = await prisma().$queryRaw<{ model: string }[]>`
    select model from (
      select provider, model, output_tokens from usage_record
      where tenant_id = ${tenantId}::uuid order by admitted_at desc, id desc limit ${looksAt}
    ) latest
    where provider = ${provider} and model is not null and output_tokens > 0
    group by model order by count(*) desc, model`;
  return rows.map(({ model }) => model);
}
