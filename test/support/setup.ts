import { afterAll, vi } from 'vitest';

// Runs before each test file. All files of a worker run in one process, so a file must find the process as it was at the start.
const initial = process as { initialEnvironment?: NodeJS.ProcessEnv };
initial.initialEnvironment ??= { ...process.env };
for (const name of Object.keys(process.env)) if (!(name in initial.initialEnvironment)) delete process.env[name];
Object.assign(process.env, initial.initialEnvironment);
// The SDK warns at every start that its releases of 2027 need Node 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
