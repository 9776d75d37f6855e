/**
 * The look of the HTML report. Dark colours are for screens only, so paper is always light. Accepting a leaked
 * credential is the danger here, hence accept is the warm colour and refusal the calm one.
 */
export const DRILL_STYLE = `
:root{color-scheme:light dark;--bg:#faf9f7;--panel:#fff;--ink:#1d2127;--soft:#59606a;--line:#e4e1db;--faint:#f0eeea;
--accept:#b93c0b;--reject:#0d6e66;--unknown:#666d76;--band:#f3d9c6;--predicted:#4650a8;--objective:#1d2127;--share:#9fb0bf;--wash:#fbeee6;--good-wash:#e6f3f0;--unsure-wash:#f1f0ee}
@media screen and (prefers-color-scheme:dark){:root{--bg:#131519;--panel:#191c21;--ink:#e8e6e1;--soft:#a5abb3;--line:#2e323a;--faint:#22262c;
--accept:#f08a50;--reject:#58c4b5;--unknown:#a0a7af;--band:#54341f;--predicted:#a5aef5;--objective:#e8e6e1;--share:#55636f;--wash:#2d211a;--good-wash:#16292a;--unsure-wash:#24272c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1100px;margin:0 auto;padding:40px 20px 64px}
a{color:inherit}
code{font:0.88em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
.kicker{margin:0 0 10px;color:var(--soft);font-size:13.5px;overflow-wrap:anywhere}
h1{margin:0;font-size:27px;line-height:1.3;font-weight:620;letter-spacing:-.012em;text-wrap:pretty;max-width:38em;overflow-wrap:anywhere}
h2{margin:48px 0 6px;font-size:18px;line-height:1.35;font-weight:620;letter-spacing:-.005em}
h3{margin:26px 0 4px;font-size:15px;font-weight:620}
p{margin:6px 0;max-width:72em;text-wrap:pretty;overflow-wrap:anywhere}
.lead{color:var(--soft)}
.badge{display:inline-block;margin-bottom:14px;padding:3px 11px 3px 9px;border-radius:4px;font-size:13.5px;font-weight:650;letter-spacing:.02em}
.bad{color:var(--accept)}.good{color:var(--reject)}.unsure{color:var(--unknown)}
.badge.bad{background:var(--wash)}.badge.good{background:var(--good-wash)}.badge.unsure{background:var(--unsure-wash)}
.next{margin:20px 0 0;padding:12px 16px;background:var(--panel);border:1px solid var(--line);border-left:3px solid var(--ink);border-radius:3px;max-width:none}
.next b{font-weight:620}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));margin:20px 0 0;padding:0;background:var(--panel);border:1px solid var(--line);border-radius:3px;overflow:hidden}
.facts div{padding:10px 16px;border:solid var(--line);border-width:0 1px 1px 0;margin:0 -1px -1px 0}
.facts dt{color:var(--soft);font-size:13px}
.facts dd{margin:1px 0 0;font-size:17px;font-weight:560}
.scroll{overflow-x:auto;margin:12px 0 0}
figure{margin:12px 0 0;padding:14px 16px 8px;background:var(--panel);border:1px solid var(--line);border-radius:3px}
figure .scroll{margin:0}
figcaption{color:var(--soft);font-size:13.5px;margin:4px 0 6px}
table{width:100%;border-collapse:collapse;font-size:13.5px;line-height:1.45}
caption{text-align:left;color:var(--soft);font-size:13.5px;padding:0 0 8px}
th,td{text-align:left;vertical-align:top;padding:7px 14px 7px 0;border-bottom:1px solid var(--line)}
thead th{font-weight:560;font-size:13px;color:var(--soft);border-bottom-color:var(--soft);white-space:nowrap;padding-top:4px}
tbody th{font-weight:600}
td.n{white-space:nowrap}
td small,th small{display:block;color:var(--soft);font-size:12.5px;font-weight:400;line-height:1.45;overflow-wrap:anywhere}
td.why{width:38%;min-width:220px}
table.cards tbody th{min-width:128px}
tr:has(+tr.replicas)>*{border-bottom:0;padding-bottom:3px}tr.replicas td{padding-top:0;color:var(--soft);font-size:12.5px}tr.replicas span{display:inline-block;margin-right:10px;white-space:nowrap}
.why-line{margin-top:14px;font-size:13.5px}
.legend{display:grid;grid-template-columns:max-content 1fr;gap:5px 18px;margin:14px 0 0;font-size:13.5px;color:var(--soft)}
.legend dt{color:var(--ink);font-weight:560}
.legend dd{margin:0;max-width:64em}
.key{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;margin:0 0 10px;padding:0;font-size:13px;color:var(--soft)}
.key li{display:flex;align-items:center;gap:7px}
.key svg{width:22px;height:14px;flex:none;overflow:visible}
.box{margin:12px 0 0;padding:14px 18px;background:var(--panel);border:1px solid var(--line);border-radius:3px}
.box h3:first-child,figure h3{margin-top:0}
.box ul{margin:4px 0;padding-left:20px}
.box li{margin:3px 0;max-width:70em;overflow-wrap:anywhere}
dl.pairs{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0;font-size:14px}
dl.pairs dt{color:var(--soft)}
dl.pairs dd{margin:0;overflow-wrap:anywhere;min-width:0}
svg.swim{display:block;width:100%;min-width:860px;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.swim text{fill:var(--ink)}
.swim .name{font-size:13px;font-weight:600}
.swim .sub{fill:var(--soft);font-size:10.5px}
.swim .tiny{fill:var(--soft);font-size:9.5px}
.swim .value{font-size:12.5px;font-weight:560}
.swim .outcome{font-size:12px;font-weight:600}
.swim .outcome.bad{fill:var(--accept)}.swim .outcome.good{fill:var(--reject)}.swim .outcome.unsure{fill:var(--unknown)}
.swim .tick,.swim .event-text{fill:var(--soft);font-size:11.5px}
.swim .grid{stroke:var(--faint);stroke-width:1}
.swim .rule{stroke:var(--line);stroke-width:1}
.swim .event{stroke:var(--soft);stroke-width:1}
svg .objective{stroke:var(--objective);stroke-width:1.6}
.swim .objective-text{font-size:11.5px;font-weight:600}
svg .predicted{stroke:var(--predicted);stroke-width:1.8;stroke-dasharray:4 3}
.swim .predicted-text{fill:var(--predicted);font-size:10.5px}
svg .worked{stroke:var(--accept);stroke-width:1.6;opacity:.55}
svg .ended{stroke:var(--reject);stroke-width:1;opacity:.45}
svg .arrow{fill:var(--accept)}
svg .band{fill:var(--band);stroke:var(--accept);stroke-width:.7;stroke-opacity:.6}
.accept{fill:var(--accept)}
.reject{fill:var(--panel);stroke:var(--reject);stroke-width:1.4}
.unknown{stroke:var(--unknown);stroke-width:1.5;fill:none}
.share{fill:var(--share)}
.refused{fill:none;stroke:var(--accept);stroke-width:.8}
.possibly{fill:var(--band)}.surely{fill:var(--accept);opacity:.55}
footer{margin-top:40px;color:var(--soft);font-size:13px}
@media screen and (max-width:760px){main{padding:24px 16px 48px}h1{font-size:21px}h2{margin-top:38px}
.legend,dl.pairs{grid-template-columns:1fr;gap:0}.legend dd,dl.pairs dd{margin-bottom:8px}
table.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.cards,table.cards tbody,table.cards tr,table.cards th,table.cards td,table.cards caption{display:block}
table.cards tr{padding:10px 0;border-bottom:1px solid var(--line)}
table.cards th,table.cards td{border:0;padding:2px 0}
table.cards tbody th,table.cards td.why{min-width:0;width:auto}table.cards td{display:grid;grid-template-columns:104px minmax(0,1fr);gap:10px;white-space:normal;min-width:0}
table.cards td::before{content:attr(data-label);color:var(--soft);font-size:13px}
figure{padding:12px 12px 6px}}
@media print{body{background:#fff;font-size:11px}main{max-width:none;padding:0}h1{font-size:19px}h2{font-size:14px;margin-top:22px;break-after:avoid}h3{break-after:avoid}
figure:not(.long),tr,.box,.next,.facts,.legend,svg{break-inside:avoid}svg.swim{min-width:0}tr.replicas{break-before:avoid}.scroll{overflow:visible}table{font-size:10px}.facts dd{font-size:13px}
.facts dt,td small,th small,figcaption,caption,.legend,.key,dl.pairs,thead th{font-size:9.5px}td.why{min-width:0;width:26%}table.cards tbody th{min-width:104px}section>.lead{break-after:avoid}.why-line{font-size:10px}.lead{font-size:11px}h3{font-size:12px;margin-top:14px}th,td{padding:5px 9px 5px 0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@page{margin:14mm}}
`;
