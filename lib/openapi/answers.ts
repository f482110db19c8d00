import { z } from "zod";
import { agencyAnswers } from "./agency-answers";
import { error } from "./answer-fields";
import { keyAnswers } from "./key-answers";
import { overviewAnswers } from "./overview-answers";
import { peopleAnswers } from "./people-answers";
import { planAnswers } from "./plan-answers";
import { providerAnswers } from "./provider-answers";
import { tenantAnswers } from "./tenant-answers";
import { usageAnswers } from "./usage-answers";

/** The shapes in which the API answers, by the names that they have in its description. The types hold them to what is sent. */
export const answers = {
  Error: z.object({ error }),
  ...tenantAnswers,
  ...planAnswers,
  ...keyAnswers,
  ...providerAnswers,
  ...agencyAnswers,
  ...overviewAnswers,
  ...peopleAnswers,
  ...usageAnswers,
};

export type AnswerName = keyof typeof answers;
