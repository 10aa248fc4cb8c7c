// Runs the browser tests in windows on the screen of $DISPLAY if $WINDOW is set, so that somebody
// can watch and debug them.

export const hasWindow = Boolean(process.env.WINDOW);
if (hasWindow && process.platform === 'linux' && !process.env.DISPLAY) throw new Error('$WINDOW: expected a screen in $DISPLAY, got none');

// Options of puppeteer: a page fills its window, and one that pauses in the debugger may take as
// long as it likes.
export const windowOptions = hasWindow ? {headless: false, defaultViewport: null, protocolTimeout: 0} : {};
