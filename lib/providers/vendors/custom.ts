import { ownHost, type VendorFacts } from "./facts";

/** Any other service of one of the dialects, whose credential goes where that dialect's own vendor takes it. */
export const custom: VendorFacts = {
  ...ownHost,
  label: "Another service",
  dialect: null,
};
