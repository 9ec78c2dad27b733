import { readFileSync } from 'node:fs';
import { HtmlValidate } from 'html-validate';
import type { Page, Response } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
// Without `preload` axe adds no style elements, which our CSP would refuse. The size of targets is WCAG 2.2, 2.5.8.
const EVERYTHING = { preload: false, rules: { 'target-size': { enabled: true } } };
/** What depends on colours and on the width of the screen. */
const LOOKS = { preload: false, runOnly: ['color-contrast', 'link-in-text-block', 'target-size'] };

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 900 };

interface AxeViolation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

const htmlValidate = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'doctype-style': ['error', { style: 'lowercase' }],
    'long-title': 'off', // a title names its user, and names may be long
  },
});

/** Watches a page from before it is opened, and says afterwards what is wrong with it. */
export class PageReview {
  private readonly consoleErrors: string[] = [];
  private readonly foreignRequests: string[] = [];
  private document: Response | undefined;

  constructor(
    private readonly page: Page,
    private readonly origin: string,
  ) {
    page.on('console', (message) => {
      // The browser itself notes every answer of 400 and above.
      const isStatus = message.location().url === page.url() && message.text().startsWith('Failed to load');
      if (['error', 'warning'].includes(message.type()) && !isStatus) this.consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => this.consoleErrors.push(error.message));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && origin !== this.origin) this.foreignRequests.push(request.url());
    });
    page.on('response', (response) => {
      if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) {
        this.document = response;
      }
    });
  }

  get status(): number | undefined {
    return this.document?.status();
  }

  /** Everything that is wrong, by kind. */
  async findings() {
    await this.page.evaluate(AXE);
    return {
      axeInLight: await this.axe(EVERYTHING, 'light', WIDE),
      axeInDark: await this.axe(LOOKS, 'dark', NARROW),
      widerThanNarrowScreen: await this.page.evaluate<number>(
        'Math.max(0, document.documentElement.scrollWidth - innerWidth)',
      ),
      html: await this.invalidHtml(),
      consoleErrors: this.consoleErrors,
      foreignRequests: this.foreignRequests,
    };
  }

  private async axe(
    options: object,
    colorScheme: 'light' | 'dark',
    viewport: typeof WIDE,
  ): Promise<string[]> {
    await this.page.setViewportSize(viewport);
    // Reduced motion: a colour on its way from light to dark is neither.
    await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await this.page.evaluate<{ violations: AxeViolation[] }>(
      // Swagger UI's own markup is looked at by api-docs.browser-spec.ts.
      `axe.run({ exclude: ['#swagger-ui'] }, ${JSON.stringify(options)})`,
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    );
  }

  private async invalidHtml(): Promise<string[]> {
    const { results } = await htmlValidate.validateString((await this.document?.text()) ?? '');
    return results.flatMap(({ messages }) =>
      messages.map(({ line, ruleId, message }) => `line ${line}: ${message} (${ruleId})`),
    );
  }
}

export const NO_FINDINGS: Awaited<ReturnType<PageReview['findings']>> = {
  axeInLight: [],
  axeInDark: [],
  widerThanNarrowScreen: 0,
  html: [],
  consoleErrors: [],
  foreignRequests: [],
};
