import { startTests } from "vitest/internal/browser";

/** What became of one test in the page. */
export interface PageTest {
  readonly name: string;
  readonly state: string;
  readonly errors: readonly string[];
}

type Runner = Parameters<typeof startTests>[1];
type Task = Awaited<ReturnType<typeof startTests>>[number]["tasks"][number];

/** The settings that the test runner asks for; elsewhere vitest's configuration gives them. */
const config: Runner["config"] = {
  root: "/",
  name: undefined,
  setupFiles: [],
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: 20_000,
  hookTimeout: 20_000,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
};

/** Runs tests in this page by vitest's own runner: `define` calls `describe` and `test` as a test file does. */
export async function runTests(define: () => void): Promise<readonly PageTest[]> {
  const runner: Runner = { config, importFile: define };
  const files = await startTests(["/page"], runner);
  return files.flatMap((file) => [{ name: "the file", task: file as Task }, ...file.tasks.flatMap(testsOf)]).map(told);
}

interface Named {
  readonly name: string;
  readonly task: Task;
}

/** Suites too: a hook that fails is theirs. */
function testsOf(task: Task): Named[] {
  const self = { name: task.name, task };
  return task.type === "suite" ? [self, ...task.tasks.flatMap(testsOf)] : [self];
}

const told = ({ name, task }: Named): PageTest => ({
  name,
  state: task.result?.state ?? "not run",
  errors: task.result?.errors?.map(({ message, diff }) => `${message}\n${diff ?? ""}`) ?? [],
});
