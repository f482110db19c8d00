import type { Metadata } from "next";
import { KeyListPage } from "@/components/keys/key-list";

export const metadata: Metadata = { title: "Keys" };

export default function Page() {
  return <KeyListPage />;
}
