/** The page's look, light and dark by the reader's system. Nothing is loaded from elsewhere. */
export const style = `
:root{color-scheme:light dark;--paper:#fbfbfa;--card:#fff;--ink:#1d2127;--soft:#626b77;--line:#dfe2e6;--accent:#2563a8;--area:#2563a822;--band:#2f9e6d26;--good:#1c7c50;--warn:#9a6200;--bad:#b3261e;--mark:#c2410c}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1c2026;--ink:#e7eaee;--soft:#9aa4b1;--line:#333a43;--accent:#7cb4f2;--area:#7cb4f22b;--band:#4cc38a2b;--good:#5fd09c;--warn:#e0b050;--bad:#f2938c;--mark:#f59e5b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1000px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:20px;margin:44px 0 4px}h3{font-size:15px;margin:26px 0 8px}
p{margin:4px 0 12px}.soft{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:16px 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px}
.card b{display:block;font-size:20px;font-weight:600}
.panel{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px;margin:8px 0}
.panel header{display:flex;justify-content:space-between;gap:12px;flex-wrap:wrap}
svg{display:block;width:100%;height:auto}
.band{fill:var(--band)}.grid{stroke:var(--line)}.axis{fill:var(--soft);font-size:11px}
.line{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round}.area{fill:var(--area)}
.mark{fill:var(--mark)}.mark.idle{fill:none;stroke:var(--mark)}.moved{stroke:var(--soft);stroke-dasharray:3 3}
.scroll{overflow-x:auto}.scroll svg{min-width:680px}
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);border-radius:8px}
th,td{padding:5px 10px;text-align:right;border-top:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:500;border-top:0}th:first-child,td:first-child,td.text,th.text{text-align:left}
td.text{white-space:normal}
.within,.passed{color:var(--good)}.under{color:var(--warn)}.over,.failed{color:var(--bad)}
.whole{display:flex;height:26px;border-radius:6px;overflow:hidden;border:1px solid var(--line)}
.whole span{min-width:0}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;list-style:none}
.key i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
.verbatim{background:#2563a8}.shortened{background:#63a0dd}.saved{background:#8a6fc9}.archived{background:#c98a2b}.denied{background:#b3261e}
ul.checks{list-style:none;padding:0;margin:8px 0}
`;
