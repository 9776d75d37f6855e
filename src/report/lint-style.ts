/** The look of the lint report: that of the drill report, dark on screens only. */
export const LINT_STYLE = `
:root{color-scheme:light dark;--bg:#faf9f7;--panel:#fff;--ink:#1d2127;--soft:#59606a;--line:#e4e1db;--faint:#f4f2ee;--error:#b93c0b;--warning:#8a6100;--info:#4650a8}
@media screen and (prefers-color-scheme:dark){:root{--bg:#131519;--panel:#191c21;--ink:#e8e6e1;--soft:#a5abb3;--line:#2e323a;--faint:#20242a;--error:#f08a50;--warning:#e0b34c;--info:#a5aef5}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1100px;margin:0 auto;padding:40px 20px 64px}
.kicker{margin:0 0 10px;color:var(--soft);font-size:13.5px;overflow-wrap:anywhere}
h1{margin:0;font-size:27px;line-height:1.3;font-weight:620;letter-spacing:-.012em}
h2{margin:44px 0 10px;font-size:18px;line-height:1.35;font-weight:620}
h3{margin:0;font-size:15px;line-height:1.45;font-weight:600;overflow-wrap:anywhere;text-wrap:pretty}
.count{color:var(--soft);font-weight:400}
.lead{margin:0 0 10px;color:var(--soft);max-width:72em}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));margin:20px 0 0;padding:0;background:var(--panel);border:1px solid var(--line);border-radius:3px;overflow:hidden}
.facts div{padding:10px 16px;border:solid var(--line);border-width:0 1px 1px 0;margin:0 -1px -1px 0}
.facts dt{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
.facts dd{margin:1px 0 0;font-size:17px;font-weight:560}
article{margin:10px 0 0;padding:12px 16px;background:var(--panel);border:1px solid var(--line);border-left:3px solid var(--soft);border-radius:3px;break-inside:avoid}
article.error{border-left-color:var(--error)}article.warning{border-left-color:var(--warning)}article.info{border-left-color:var(--info)}
.meta,.hint{margin:3px 0 0;color:var(--soft);font-size:13.5px;overflow-wrap:anywhere}
.meta b{color:var(--ink);font-weight:560}
pre{margin:10px 0 0;padding:8px 12px;background:var(--faint);border-radius:3px;overflow-x:auto;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
pre .where{color:var(--soft)}
article.error pre .mark{color:var(--error)}article.warning pre .mark{color:var(--warning)}article.info pre .mark{color:var(--info)}
table{width:100%;border-collapse:collapse;font-size:13.5px;line-height:1.45;background:var(--panel);border:1px solid var(--line)}
th,td{text-align:left;vertical-align:top;padding:7px 14px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{font-weight:560;font-size:13px;color:var(--soft)}
td.n,th.n{white-space:nowrap}
td small{display:block;color:var(--soft);font-size:12.5px}
.dot{display:inline-block;width:8px;height:8px;margin-right:9px;border-radius:50%;background:var(--info)}
.dot.error{background:var(--error)}.dot.warning{background:var(--warning)}
footer{margin:48px 0 0;color:var(--soft);font-size:13px}
@media print{body{font-size:12px}main{padding:0}pre{white-space:pre-wrap}}
`;
