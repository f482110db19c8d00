import { argv } from "node:process";

/** `npm run bench` measures calls, `npm run bench -- pages` reports and pages: see README.md in this folder. */
if (argv[2] === "pages") await import("./pages");
else await import("./run");
