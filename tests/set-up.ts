import { beforeAll, beforeEach } from "vitest";
import { quietClock } from "./quiet-clock";

// What the tests of a file share is made before the first of them, and asked for in all of them.
beforeAll(() => quietClock({ forMs: 40_000 }));
beforeEach(() => quietClock({ forMs: 15_000 }));
