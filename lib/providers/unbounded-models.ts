import { unbounded } from "./strict-bounds";

/** Models of which nobody can tell beforehand what a call comes to, whoever hosts them. */
const unboundedModels = [
  {
    what: "a model that searches by itself",
    names: /[:-]online\b|-search-(preview|api)\b|\bdeep-research\b|\bsonar\b|\bcompound\b/i,
  },
  { what: "a preset, whose prompt is kept at its host", names: /@preset\//i },
  { what: "a model that its host chooses, or that asks others", names: /^openrouter\/|\bmulti-agent\b/i },
  { what: "a model that answers in pictures", names: /\bgemini-[\w.-]*image\b|\bnano-banana\b/i },
];

/** @throws AppError `invalid_request` for such a model. */
export function refuseUnboundedModel(model: string): void {
  const found = unboundedModels.find(({ names }) => names.test(model));
  if (found) throw unbounded(found.what, "Use another model, or ask the agency for a plan that is not strict.");
}
