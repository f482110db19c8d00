import { startDatabaseServer } from "./database-server";

/** Vitest's and Playwright's set-up of a run: what it returns ends it. */
export default startDatabaseServer;
