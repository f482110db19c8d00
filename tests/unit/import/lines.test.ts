import { describe, expect, test } from "vitest";
import { CallMaker } from "@/lib/import/calls";
import { readHeader, readLine } from "@/lib/import/lines";

const now = new Date("2026-11-21T12:00:00Z");
const read = (header: string, line: string, zone: string | null = null) =>
  readLine(line.split(","), { columns: readHeader(header.split(",")), zone, now });

describe("the first line", () => {
  test.each([
    { header: "time,tokenz", says: /Unknown columns: tokenz/ },
    { header: "time,,tokens", says: /one without a name/ },
    { header: "time,tokens,Tokens", says: /tokens is there twice/ },
    { header: "key,tokens", says: /time is missing/ },
    { header: "time,model", says: /nothing to count/ },
  ])("$header is refused", ({ header, says }) => {
    expect(() => readHeader(header.split(","))).toThrow(says);
  });

  test("names its columns in any order and case", () => {
    expect(readHeader([" Tokens", "TIME"])).toEqual(["tokens", "time"]);
  });
});

describe("a time", () => {
  test.each([
    { written: "2025-03-31T14:05:00Z", zone: null, at: "2025-03-31T14:05:00.000Z" },
    { written: "2025-03-31 14:05:00+02:00", zone: null, at: "2025-03-31T12:05:00.000Z" },
    { written: "2025-03-31 14:05", zone: "Europe/Berlin", at: "2025-03-31T12:05:00.000Z" },
    { written: "2025-03-31", zone: "Asia/Kathmandu", at: "2025-03-30T18:15:00.000Z" },
  ])("$written in $zone is $at", ({ written, zone, at }) => {
    expect(read("time,tokens", `${written},1`, zone).at.toISOString()).toBe(at);
  });

  test.each([
    { written: "2025-03-31 14:05", zone: null, says: /no offset/ },
    { written: "31/03/2025 14:05", zone: "Europe/Berlin", says: /is no time/ },
    { written: "2025-02-30T10:00:00Z", zone: null, says: /is no time/ },
    { written: "2025-03-30 02:30", zone: "Europe/Berlin", says: /skipped or there twice/ },
    { written: "2025-10-26 02:30", zone: "Europe/Berlin", says: /skipped or there twice/ },
    { written: "2026-11-21T12:00:01Z", zone: null, says: /future/ },
    { written: "2014-12-31T23:59:59Z", zone: null, says: /before 2015/ },
    { written: "", zone: null, says: /time is empty/ },
  ])("$written in $zone is refused", ({ written, zone, says }) => {
    expect(() => read("time,tokens", `${written},1`, zone)).toThrow(says);
  });
});

describe("tokens", () => {
  test.each([
    { columns: "tokens", line: "30", input: 30, output: 0 },
    { columns: "input_tokens,output_tokens", line: "10,20", input: 10, output: 20 },
    { columns: "tokens,input_tokens", line: "30,10", input: 10, output: 20 },
    { columns: "tokens,output_tokens", line: "30,20", input: 10, output: 20 },
    { columns: "requests", line: "3", input: 0, output: 0 },
  ])("of $columns $line are told apart", ({ columns, line, input, output }) => {
    expect(read(`time,${columns}`, `2025-01-01T00:00:00Z,${line}`)).toMatchObject({
      inputTokens: input,
      outputTokens: output,
    });
  });

  test.each([
    { columns: "tokens", line: "1.5", says: /tokens must be a whole number/ },
    { columns: "tokens", line: "-1", says: /tokens must be a whole number/ },
    { columns: "tokens", line: "1e3", says: /tokens must be a whole number/ },
    {
      columns: "tokens,input_tokens,output_tokens",
      line: "5,2,2",
      says: /is not input_tokens and output_tokens together/,
    },
    { columns: "tokens,input_tokens", line: "5,6", says: /less than a part/ },
    { columns: "requests", line: "0", says: /no call to count/ },
    { columns: "requests", line: "1000000", says: /requests must be/ },
    { columns: "tokens", line: "1,2", says: /3 fields, and the first line names 2/ },
  ])("of $columns $line are refused", ({ columns, line, says }) => {
    expect(() => read(`time,${columns}`, `2025-01-01T00:00:00Z,${line}`)).toThrow(says);
  });
});

describe("calls of a line", () => {
  const tenant = { id: "0190d5a0-0000-7000-8000-000000000001", timeZone: "Europe/Berlin" };
  const keys = [
    { id: "0190d5a0-0000-7000-8000-00000000000a", name: "Shop", prefix: "slc_abc", kind: "standard" as const },
    { id: "0190d5a0-0000-7000-8000-00000000000b", name: "Old", prefix: "old", kind: "legacy" as const },
    { id: "0190d5a0-0000-7000-8000-00000000000c", name: "Twin", prefix: "t1", kind: "standard" as const },
    { id: "0190d5a0-0000-7000-8000-00000000000d", name: "twin", prefix: "t2", kind: "standard" as const },
  ];
  const users = [{ id: "0190d5a0-0000-7000-8000-0000000000ff", name: "Uma", email: "uma@a.test" }];
  const maker = () => new CallMaker(tenant, { keys, users });
  const line = (fields: string) => read("time,key,user,requests,tokens", `2025-01-01T00:00:00Z,${fields}`);

  test("add up to what the line says", () => {
    const calls = maker().callsOf(line("Shop,,7,100"));
    expect(calls).toHaveLength(7);
    expect(calls.reduce((sum, { input, output }) => sum + input + output, 0)).toBe(100);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(7);
  });

  test("have the same ids when the file comes again, and others for each line that says the same", () => {
    const ids = (made: CallMaker) => [0, 1].flatMap(() => made.callsOf(line("Shop,,2,10")).map(({ id }) => id));
    const first = ids(maker());
    expect(new Set(first).size).toBe(4);
    expect(ids(maker())).toEqual(first);
  });

  test.each([
    { named: "Shop,", source: "apikey", key: "Shop", user: null },
    { named: "slc_abc,uma@a.test", source: "apikey", key: "Shop", user: "Uma" },
    { named: "old,", source: "legacy", key: "Old", user: null },
    { named: ",UMA@a.test", source: "web", key: null, user: "Uma" },
    { named: "Gone,", source: "web", key: "Gone", user: null },
    { named: "Twin,", source: "web", key: "Twin", user: null },
    { named: ",", source: "web", key: null, user: null },
  ])("of $named are $source", ({ named, source, key, user }) => {
    expect(maker().callsOf(line(`${named},1,1`))[0]).toMatchObject({ source, key_name: key, user_name: user });
  });
});
