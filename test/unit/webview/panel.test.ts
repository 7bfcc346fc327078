/**
 * The panel as it runs: its bundle in a real browser, under its content security policy, in VS Code's themes. Skipped
 * where there is no Chromium.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { findChromium, launchChromium } from '../../../scripts/lib/browser';
import { root } from '../../../scripts/lib/paths.mjs';
import type { LineageSlice } from '../../../src/shared/panel-messages';
import { type PageOptions, type PanelFiles, type PanelPage, THEMES, bundlePanel, openPanel } from './page';
import { edge, instanceChain, instanceElsewhere, largeTree, roleChain, sessionNode, slice } from './slices';

describe('webview panel in a browser', function () {
  this.timeout(60_000);
  let browser: Browser | undefined;
  let files: PanelFiles;
  const open: PanelPage[] = [];
  const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

  before(async function () {
    try {
      findChromium();
    } catch (error) {
      process.stdout.write(`    skipped: ${error instanceof Error ? error.message : String(error)}\n`);
      this.skip();
    }
    files = await bundlePanel();
    browser = await launchChromium();
  });
  after(() => browser?.close());
  afterEach(async () => {
    for (const panel of open.splice(0)) {
      assert.deepEqual(await panel.violations(), [], 'content security policy');
      assert.deepEqual(panel.errors, [], 'errors of the page');
      await panel.close();
    }
  });

  async function show(of: LineageSlice, options: PageOptions = {}): Promise<PanelPage> {
    assert.ok(browser);
    const panel = await openPanel(browser, files, options);
    open.push(panel);
    await panel.send({ type: 'slice', slice: of });
    return panel;
  }

  async function focused(panel: PanelPage): Promise<string> {
    return panel.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName");
  }

  it('says that it is ready, and shows the three cases without a complaint of axe', async () => {
    const runs = [
      ...THEMES.map((theme) => ({ of: roleChain(), theme })),
      { of: instanceChain(), theme: 'light' as const },
      { of: instanceElsewhere(), theme: 'light' as const },
    ];
    for (const { of, theme } of runs) {
      const panel = await show(of, { theme, width: 1900, height: 1100 });
      assert.deepEqual(await panel.sent(), [{ type: 'ready' }]);
      const stands = of.nodes.filter(({ moreChildren }) => moreChildren > 0).length;
      assert.equal(await panel.page.locator('.card').count(), of.nodes.length + stands);
      await panel.page.evaluate(axe);
      const { violations } = await panel.page.evaluate<AxeResults>('axe.run()');
      const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
      assert.deepEqual(found, [], `${of.title}, ${theme}`);
    }
  });

  it('draws tones in colours that are told apart and can be seen, in every theme', async () => {
    for (const theme of THEMES) {
      const { page } = await show(roleChain(), { theme });
      const bars = await page.$$eval('.card .bar', (found) => found.map((bar) => getComputedStyle(bar).fill));
      assert.equal(bars.length, 7);
      // Opaque, whatever notation the browser answers in.
      for (const colour of bars) assert.doesNotMatch(colour, /rgba|\/|none/, theme);
      assert.equal(new Set(bars).size, 4, `${theme}: ${bars.join(' ')}`);
    }
  });

  it('walks with the arrows from one tab stop, opens with Enter, comes back with Escape', async () => {
    const panel = await show(roleChain(), { width: 1700, height: 500 });
    const { page } = panel;
    assert.equal(await page.locator('.cards').getAttribute('aria-orientation'), 'horizontal');
    assert.equal(await page.locator('.card[tabindex="0"]').count(), 1);
    await page.locator('.card[tabindex="0"]').focus();
    assert.match(await focused(panel), /^Hop 2 · Possibly anomalous, AuditRole/);
    await page.keyboard.press('ArrowRight');
    assert.match(await focused(panel), /^Hop 3 · Most likely anomalous/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    assert.match(await focused(panel), /^Left behind · Access key/);
    assert.equal(await page.locator('.details h2').textContent(), 'AKIABOBEXAMPLE000001');
    await page.keyboard.press('Home');
    assert.match(await focused(panel), /^Root · Long-term key/);
    assert.equal(await page.locator('.card[tabindex="0"]').count(), 1, 'the tab stop moves along');
    assert.match((await page.locator('[aria-live]').textContent()) ?? '', /^Details of ci-legacy: 3 actions/);
    await page.keyboard.press('Enter');
    assert.equal(await focused(panel), 'H2');
    await page.keyboard.press('Escape');
    assert.match(await focused(panel), /^Root · Long-term key/);
    assert.equal((await panel.state())?.selected, roleChain().nodes[0]?.id);
  });

  it('brings the card that has the keyboard into sight', async () => {
    const panel = await show(largeTree(60, 3), { width: 700, height: 700 });
    const { page } = panel;
    await page.locator('.card[tabindex="0"]').focus();
    await page.keyboard.press('End');
    const frame = await page.locator('.frame').boundingBox();
    const card = await page.locator('.card[tabindex="0"] .face').boundingBox();
    assert.ok(frame && card);
    assert.ok(card.x >= frame.x && card.y >= frame.y);
    assert.ok(card.x + card.width <= frame.x + frame.width && card.y + card.height <= frame.y + frame.height);
  });

  it('keeps what was selected over a reload, and the place over a new analysis', async () => {
    const of = roleChain();
    const panel = await show(of);
    await panel.page.locator('.card', { hasText: 'DeployRole' }).click();
    const view = await panel.page.locator('.viewport').getAttribute('transform');
    await panel.send({ type: 'slice', slice: { ...of, omitted: 1 } });
    assert.equal(await panel.page.locator('.viewport').getAttribute('transform'), view);
    await panel.reload();
    await panel.send({ type: 'slice', slice: of });
    assert.equal(await panel.page.locator('.details h2').textContent(), 'DeployRole');
    await panel.send({ type: 'slice', slice: instanceElsewhere() });
    assert.equal(await panel.page.locator('.details h2').textContent(), 'i-0abc1234def567890', 'another question');
  });

  it('says of what is preliminary that it is, as long as it is', async () => {
    const of = roleChain();
    const panel = await show(of);
    const notice = panel.page.locator('header .note');
    assert.equal(await notice.textContent(), '');
    await panel.send({ type: 'slice', slice: of, notice: 'Preliminary: the logs are still being read.' });
    assert.equal(await notice.textContent(), 'Preliminary: the logs are still being read.');
    await panel.send({ type: 'slice', slice: of });
    assert.equal(await notice.textContent(), '');
  });

  it('asks for evidence, findings, remediation, another session and the clipboard', async () => {
    const of = roleChain();
    const panel = await show(of, { width: 1700, height: 1000 });
    const { page } = panel;
    const last = async () => (await panel.sent()).at(-1);
    await page.getByRole('button', { name: '2024-03-05 02:44:58 UTC AssumeRole' }).click();
    assert.deepEqual(await last(), { type: 'openEvidence', eventID: 'e3' });
    await page.getByRole('button', { name: 'Role chain of 3 assumptions from a long-term key' }).click();
    assert.deepEqual(await last(), { type: 'showFinding', finding: 'role-chain-depth-1' });
    await page.locator('.toolbar').getByText('Remediate…').click();
    assert.deepEqual(await last(), { type: 'remediate', finding: 'role-chain-depth-1' });
    await page.locator('.card', { hasText: 'OrganizationAccount' }).click();
    await page.locator('.findings').getByText('Remediate…').nth(1).click();
    assert.deepEqual(await last(), { type: 'remediate', finding: 'chain-then-persistence-1' });
    await page.getByText('Show the lineage of this session').click();
    assert.deepEqual(await last(), { type: 'showSession', session: of.nodes[3]?.id });
    await page.getByText('Copy as text').click();
    const copied = await last();
    assert.ok(copied?.type === 'copy' && copied.text.includes('AKIABOBEXAMPLE000001'));
  });

  it('says by which rule a credential is linked, and opens both records by keyboard', async () => {
    const panel = await show(roleChain());
    const { page } = panel;
    const origin = page.locator('.origin');
    assert.match(await origin.innerText(), /Exact\. Rule: the access key that was issued is the one that was used\./);
    await page.locator('.card[tabindex="0"]').focus();
    await page.keyboard.press('Enter');
    const opened: string[] = [];
    for (let tabs = 0; tabs < 20 && opened.length < 2; tabs++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate<boolean>("document.activeElement.closest('.origin .evidence') === null")) continue;
      await page.keyboard.press('Enter');
      const message = (await panel.sent()).at(-1);
      assert.ok(message?.type === 'openEvidence');
      opened.push(message.eventID);
    }
    assert.deepEqual(opened, ['e2', 'u2']);
  });

  it('says also of what hangs from no card how it got its credential', async () => {
    const panel = await show(instanceChain());
    const { page } = panel;
    await page.locator('.card', { hasText: 'i-0abc1234def567890' }).first().click();
    const origin = page.locator('.origin');
    assert.match(await origin.innerText(), /Rule: the access key.*\s+The key used here/);
    await origin.getByRole('button', { name: 'AssumeRole' }).click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'openEvidence', eventID: 'deliver-1' });
  });

  it('asks for the blast radius of a session, not of an object', async () => {
    const of = roleChain();
    const panel = await show(of, { width: 1700, height: 1000 });
    const { page } = panel;
    await page.locator('.details').getByText('Blast radius').click();
    const focus = of.nodes.find((node) => node.focus);
    assert.deepEqual((await panel.sent()).at(-1), { type: 'blastRadius', session: focus?.id });
    await page.locator('.card', { hasText: 'AKIABOBEXAMPLE000001' }).first().click();
    assert.equal(await page.locator('.details').getByText('Blast radius').count(), 0);
  });

  it('goes from the details to the parent', async () => {
    const panel = await show(roleChain());
    await panel.page.locator('.origin').getByRole('button', { name: 'DeployRole' }).click();
    assert.match(await focused(panel), /^Hop 1 · Role session, DeployRole/);
  });

  it('explains an edge that is pointed at, until Escape', async () => {
    const { page } = await show(roleChain(), { width: 1700, height: 500 });
    const tooltip = page.locator('.tooltip');
    assert.equal(await tooltip.isVisible(), false);
    const box = await page.locator('.edge .hit').nth(1).boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width / 2 + 2, box.y + box.height / 2);
    assert.match(
      await tooltip.innerText(),
      /^AuditRole → OrganizationAccountAccessRole: .*\nBy session\. Rule: same role session.*\nThe key is masked/,
    );
    await page.keyboard.press('Escape');
    assert.equal(await tooltip.isVisible(), false);
  });

  it('unfolds what it folded, and asks for what it was not sent', async () => {
    const folded = await show(largeTree(41, 40), { height: 700 });
    assert.equal(await folded.page.locator('.card').count(), 17);
    await folded.page.locator('.card[tabindex="0"]').focus();
    await folded.page.keyboard.press('End');
    assert.match(await focused(folded), /^25 more sessions/);
    await folded.page.keyboard.press('Enter');
    assert.equal(await folded.page.locator('.card').count(), 41);

    const missing = await show(slice([sessionNode('a', { moreChildren: 4, focus: true })], []));
    await missing.page.locator('.type-more').click();
    assert.deepEqual((await missing.sent()).at(-1), { type: 'showSession', session: 'a' });
  });

  it('shows log text as text, whatever it says', async () => {
    const evil = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202E`;
    const action = { eventSource: evil, eventName: evil, count: 1, denied: 0, class: evil };
    const record = { eventID: evil, eventTime: evil, eventName: evil, reason: evil };
    const node = sessionNode(evil, {
      ...{ title: evil, subtitle: evil, toneLabel: evil, tone: 'red', depthText: evil, depth: 2, accountId: evil },
      ...{ keys: [evil], userAgents: [evil], actions: [action], evidence: [record], focus: true },
      locations: [{ location: evil, class: evil, events: 1, suspicious: true }],
      facts: [{ label: evil, value: evil, eventID: evil }],
      findings: [{ id: evil, title: evil, severity: 'high' }],
      origin: { rule: evil, confidence: 'inferred', explanation: evil, evidence: [record] },
    });
    const from = edge('b', evil, { label: evil, rule: evil, explanation: evil, evidence: [record] });
    const { page } = await show(slice([node, sessionNode('b')], [from], { title: evil }));
    assert.equal(await page.evaluate('window.hacked'), undefined);
    assert.equal(await page.locator('#app img, #app script').count(), 0);
    const text = await page.locator('#app').innerText();
    assert.ok(text.includes('<img src=x') && !text.includes('\u202E'));
  });

  it('ignores messages that it does not know, and shows that there is nothing', async () => {
    const panel = await show(roleChain());
    for (const other of [{ type: 'later' }, { type: 'slice' }, { hello: 1 }]) await panel.send(other);
    assert.equal(await panel.page.locator('.card').count(), 7);
    await panel.send({ type: 'empty', message: 'Nothing is analysed.' });
    assert.equal(await panel.page.getByRole('status').first().innerText(), 'Nothing is analysed.');
    await panel.send({ type: 'error', message: 'It broke.' });
    assert.equal(await panel.page.getByRole('alert').innerText(), 'It broke.');
    await panel.send({ type: 'slice', slice: roleChain() });
    assert.equal(await panel.page.locator('.card').count(), 7);
  });

  it('zooms, fits and turns', async () => {
    const { page } = await show(roleChain(), { width: 1700, height: 500 });
    const scale = async (): Promise<number> =>
      Number(/scale\(([\d.]+)\)/.exec((await page.locator('.viewport').getAttribute('transform')) ?? '')?.[1]);
    const before = await scale();
    await page.locator('vscode-button[aria-label="Zoom in"]').click();
    assert.ok((await scale()) > before);
    await page.locator('vscode-button[aria-label="Fit"]').click();
    const frame = await page.locator('.frame').boundingBox();
    for (const card of await page.locator('.card .face').all()) {
      const box = await card.boundingBox();
      assert.ok(frame && box && box.x >= frame.x && box.x + box.width <= frame.x + frame.width);
    }
    await page.locator('vscode-button[aria-label="Turn"]').click();
    assert.equal(await page.locator('.cards').getAttribute('aria-orientation'), 'vertical');
    await page.locator('.frame').hover();
    const turned = await scale();
    await page.mouse.wheel(0, -300);
    assert.ok((await scale()) > turned, 'the wheel zooms');
  });

  it('never scrolls sideways as a page, from a wide window to 320 px', async () => {
    const panel = await show(roleChain());
    const sizes = [1280, 900, 790, 500, 320].flatMap((width) => [600, 900].map((height) => ({ width, height })));
    for (const { width, height } of sizes) {
      await panel.page.setViewportSize({ width, height });
      const over = await panel.page.evaluate<number>(
        'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth',
      );
      assert.ok(over <= 0, `${width} x ${height}: ${over}`);
      const details = await panel.page.$eval('.details', (pane) => pane.scrollWidth - pane.clientWidth);
      assert.ok(details <= 0, `details at ${width} x ${height}: ${details}`);
    }
  });

  it('draws at most five hundred of two thousand nodes', async () => {
    const { page } = await show(largeTree(2000, 30));
    const cards = await page.locator('.card').count();
    assert.ok(cards > 0 && cards <= 500, String(cards));
  });
});
