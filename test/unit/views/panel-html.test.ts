import assert from 'node:assert/strict';
import { panelHtml } from '../../../src/views/panel-html';

const page = panelHtml({
  language: 'en',
  nonce: 'n0nce+/=',
  cspSource: 'https://*.vscode-cdn.net',
  script: 'https://host/dist/webview/panel.js',
  style: 'https://host/dist/webview/panel.css',
  title: 'Lineage <1>',
});

describe('the page of the panel', () => {
  const policy = (/Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&#39;', "'");

  it('allows nothing by default, and no inline script or style without the nonce', () => {
    assert.match(policy, /^default-src 'none';/);
    assert.doesNotMatch(policy, /unsafe|\*(?!\.vscode-cdn\.net)|https?:(?!\/\/\*\.vscode-cdn)/);
    assert.match(policy, /script-src 'nonce-n0nce\+\/='(;|$)/);
  });

  it('has one script, with the nonce, and the nonce where the component toolkit looks for it', () => {
    const scripts = [...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    assert.deepEqual(scripts, ['<script nonce="n0nce+/=" src="https://host/dist/webview/panel.js">']);
    assert.match(page, /<meta property="csp-nonce" content="n0nce\+\/=">/);
    assert.doesNotMatch(page, /\sstyle=|\son\w+=/);
  });

  it('has a language, a title and the element for the panel', () => {
    assert.match(page, /<html lang="en">/);
    assert.match(page, /<title>Lineage &#60;1&#62;<\/title>/);
    assert.match(page, /<div id="app"><\/div>/);
  });
});
