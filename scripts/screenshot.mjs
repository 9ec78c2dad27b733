// Takes the picture of the README from a running application with no user `ada`: npm start, then in another terminal
// node scripts/screenshot.mjs [address]
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import services from '../test/support/services.cjs';

const [baseURL = 'http://localhost:3000'] = process.argv.slice(2);
const picture = 'docs/images/welcome.png';

const browser = await chromium.launch({ executablePath: services.findChromium().file });
const page = await browser.newPage({ baseURL, viewport: { width: 1200, height: 800 }, colorScheme: 'light' });
const account = { Username: 'ada', Password: randomBytes(12).toString('base64url') };
for (const [path, button] of [
  ['/users/signup', 'Sign up'],
  ['/users/login', 'Log in'],
]) {
  await page.goto(path);
  for (const [label, value] of Object.entries(account)) await page.getByLabel(label).fill(value);
  await page.getByRole('main').getByRole('button', { name: button }).click();
}
await page.getByText("You've successfully logged in!").waitFor();
await page.mouse.move(0, 0);
mkdirSync('docs/images', { recursive: true });
await page.screenshot({ path: picture, fullPage: true });
await browser.close();
console.log(picture);
