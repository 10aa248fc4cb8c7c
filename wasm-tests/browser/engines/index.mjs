// The engine that a run of the tests is in: $ENGINE, or Chromium.

const names = ['chromium', 'firefox', 'webkit'];

export const engineName = process.env.ENGINE || 'chromium';
if (!names.includes(engineName)) throw new Error(`$ENGINE: expected one of ${names.join(', ')}, got ${JSON.stringify(engineName)}`);

export const engine = await import(`./${engineName}.mjs`);

// For a test that needs what not every engine has: the reason to leave it out, or false.
// what: 'heap', 'offline switch', 'interception' or 'without cookies'.
export const unless = what => engine.lacks.includes(what) && `${engineName}: no ${what}`;
