/** Where progress is told, line by line. */
export type Report = (line: string) => void;
