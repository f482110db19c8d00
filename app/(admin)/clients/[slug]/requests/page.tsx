import type { Metadata } from "next";
import { RequestList } from "@/components/usage/request-list";

export const metadata: Metadata = { title: "Requests" };

export default function Page() {
  return <RequestList />;
}
